/**
 * Brings back an agent that was deprovisioned, out of its archive, by the run that makes one. All that can be seen
 * before is looked at before: whose the archive is, and whether there is still a key.
 */

import { basename, join } from 'node:path';
import { compact, isPerdureError, type Principal } from '@perdure/contract';
import { homeName } from '../core/checks.ts';
import type { CredentialSource, GatewayRecord } from '../core/gateway.ts';
import { noGateway, refuse, type ControlDeps, type ControlOutcome, type ControlRefusal } from './ports.ts';
import { credentialOf, noKey, openGateway, type GatewayWish, type MadeGateway } from './provision.ts';

export interface RestoreWish extends GatewayWish {
  readonly principalId: string;
  /** A file in the folder of archives, by its name or its path; absent: the last one of this agent. */
  readonly archive?: string | undefined;
}

export async function restore(
  deps: ControlDeps,
  by: Principal,
  { principalId, archive: named, ...asked }: RestoreWish,
): Promise<ControlOutcome> {
  const { store, hub, runs, newId } = deps;
  const member = await hub.member(principalId);
  const before = await store.get(principalId);
  if (before === undefined) return noGateway(member);
  const { handle, status, restoredFrom } = before;
  if (status === 'ready' || status === 'changing' || status === 'removing') return refuse('conflict', notNow(before));
  const recorded = archiveOf(deps, before, named);
  if (typeof recorded !== 'string') return recorded;
  // The state root may have been moved, with its archives.
  const moved = join(deps.archives, basename(recorded));
  const isMoved =
    moved !== recorded && (await problemOf(deps, { archive: recorded, principalId }))?.code === 'not_found';
  const archive = isMoved ? moved : recorded;
  if (status === 'provisioning' && restoredFrom === archive) return { kind: 'gateway', gateway: before };
  if (status !== 'removed' && status !== 'failed') return refuse('conflict', notNow(before));
  const wrong = await problemOf(deps, { archive, principalId });
  if (wrong !== undefined) return wrong;
  const wish = asBefore(deps, before, asked);
  const credential = await keyFor(deps, by, { before, wish, member });
  if (credential.kind === 'refused') return credential;
  const runId = newId();
  const made = { wish, before, credential, runId, action: 'restore', restoredFrom: archive } as const;
  const opened = await openAsBefore(deps, member, { ...made, ...compact({ taskId: wish.taskId }) });
  // A death here is found by `tend`.
  if (opened.kind === 'gateway' && opened.gateway.runId === runId) {
    await runs.begin({ id: runId, job: 'provision-agent', principalId, handle });
  }
  return opened;
}

function notNow({ handle, status }: GatewayRecord): string {
  if (status === 'ready') return `${handle} is there: \`perdure family deprovision ${handle}\` first.`;
  return `The gateway of ${handle} is ${status}; wait until that is over.`;
}

/** Nothing is looked at outside of the folder of archives. */
function archiveOf(
  { archives }: ControlDeps,
  { handle, status, archive, restoredFrom }: GatewayRecord,
  named: string | undefined,
): string | ControlRefusal {
  if (named === undefined) {
    // What a restore that failed has put away is what it had unpacked.
    const last = status === 'removed' ? (archive ?? restoredFrom) : (restoredFrom ?? archive);
    return last ?? refuse('conflict', `No archive of ${handle} is recorded; name one of ${archives}.`);
  }
  const path = join(archives, basename(named));
  const isOne = (named === basename(named) || named === path) && /^[\w-][\w.-]*\.tar\.gz$/.test(basename(named));
  return isOne ? path : refuse('invalid_input', `An archive is a .tar.gz in ${archives}; name one that is there.`);
}

async function problemOf(
  { checkArchive }: ControlDeps,
  of: Parameters<ControlDeps['checkArchive']>[0],
): Promise<ControlRefusal | undefined> {
  try {
    await checkArchive(of);
    return undefined;
  } catch (error) {
    if (isPerdureError(error, 'not_found')) return refuse('not_found', error.message);
    if (isPerdureError(error, 'storage_corrupt') || isPerdureError(error, 'conflict')) {
      return refuse('conflict', error.message);
    }
    throw error;
  }
}

/** The same home, by the same service, unless something else is asked for. */
function asBefore({ host }: ControlDeps, { home, handle, service }: GatewayRecord, asked: GatewayWish): GatewayWish {
  const isUsual = home === join(host.accountHome, homeName(handle));
  return {
    ...asked,
    ...compact({ home: asked.home ?? (isUsual ? undefined : home) }),
    service: asked.service ?? (service === 'its_own' ? undefined : service),
  };
}

/** On its port of before, where nobody has that now. */
async function openAsBefore(
  deps: ControlDeps,
  member: Parameters<typeof openGateway>[1],
  made: MadeGateway & { readonly before: GatewayRecord },
): Promise<ControlOutcome> {
  const { wish, before } = made;
  if (wish.port !== undefined) return await openGateway(deps, member, made);
  const opened = await openGateway(deps, member, { ...made, wish: { ...wish, port: before.port } });
  return opened.kind === 'gateway' ? opened : await openGateway(deps, member, made);
}

interface KeyAsked {
  readonly before: GatewayRecord;
  readonly wish: GatewayWish;
  readonly member: { readonly principalId: string; readonly familyId: string; readonly handle: string };
}

/**
 * What it had, where it lies in the vault of the agent or in that of its family, or where who asks may be given it now;
 * who could be once may have been taken out of that vault since.
 */
async function keyFor(
  deps: ControlDeps,
  by: Principal,
  { before, wish, member }: KeyAsked,
): Promise<CredentialSource | ControlRefusal> {
  const model = wish.model ?? before.model;
  if (wish.credential.kind !== 'inherited') return await credentialOf(deps, by, { member, model, wish, before });
  const { hub } = deps;
  const { credential, vaultId } = before;
  const [provider = ''] = model.split('/');
  if (credential.kind === 'unneeded') return credential;
  const shared = await hub.familyKey(member.familyId, provider);
  if (credential.kind === 'vault' && credential.reference !== shared && (await hub.hasValue(credential.reference))) {
    const isItsOwn = vaultId !== undefined && credential.reference.startsWith(`${vaultId}/`);
    return isItsOwn ? credential : { kind: 'vault', reference: await hub.resolve(by, credential.reference) };
  }
  if (shared !== undefined) return { kind: 'vault', reference: shared };
  return refuse('conflict', noKey({ handle: member.handle, provider }));
}
