/** What tools and model servers may be given, what they ask for, and what they are lent. */

import type { Catalogue, Grantee, LendRequest, Principal, VaultGrant, VaultWant } from '@perdure/contract';
import { compact } from '@perdure/contract';
import type { Page, PageRequest } from '../core/ports.ts';
import type { Refusal } from '../core/refusal.ts';
import type { GrantOutcome, LendOutcome } from '../core/vault/ports.ts';
import { grantView } from '../core/vault/view.ts';
import type { VaultDeps } from './vault-deps.ts';

type GrantAnswer = { readonly kind: 'grant'; readonly grant: VaultGrant } | Refusal;
/** What the worker has loaded, of which secrets may be wanted. */
type Wanting = Pick<Catalogue, 'tools' | 'modelServers'>;

export async function grantItem(
  { vaults, newId, clock }: VaultDeps,
  by: Principal,
  made: { readonly itemId: string; readonly grantee: Grantee; readonly loaded: Wanting },
): Promise<GrantAnswer> {
  const { itemId, grantee, loaded } = made;
  const fingerprint = fingerprintOf(grantee, loaded);
  return shown(await vaults.grant(by, { id: newId(), itemId, grantee, fingerprint, now: clock() }));
}

export async function endGrant({ vaults, clock }: VaultDeps, by: Principal, grantId: string): Promise<GrantAnswer> {
  return shown(await vaults.endGrant(by, { grantId, now: clock() }));
}

export async function listGrants(
  { vaults }: VaultDeps,
  by: Principal,
  request: PageRequest,
): Promise<{ readonly kind: 'page' } & Page<VaultGrant>> {
  const { data, ...more } = await vaults.grants(by, request);
  return { kind: 'page', data: data.map(grantView), ...more };
}

/** Each alone, so that one that is missing hides no other. */
export async function listWants({ vaults }: VaultDeps, loaded: Wanting): Promise<readonly VaultWant[]> {
  const wants = wantsOf(loaded);
  return await Promise.all(
    wants.map(async ({ grantee, fingerprint, name, reference }) => {
      const refusal = await vaults.lendProblem({ grantee, fingerprint, wanted: [{ name, reference }] });
      return { grantee, name, reference, ...compact({ problem: refusal?.message }) };
    }),
  );
}

export type LendDeps = Omit<VaultDeps, 'roots'>;

/** A call that lasts longer has its values already; a lease that nobody ended is over by then. */
const lendMs = 15 * 60_000;

/** For one call. What is answered holds values: it goes to who asked and nowhere else. */
export async function lendSecrets({ vaults, newId, clock }: LendDeps, request: LendRequest): Promise<LendOutcome> {
  return await vaults.lend({ ...request, newId, ttlMs: lendMs, now: clock() });
}

/** `undefined`: all that is lent, by a server that was not there to end it. */
export async function endLends({ vaults, clock }: LendDeps, leaseIds: readonly string[] | undefined): Promise<void> {
  await vaults.endLends(leaseIds, clock());
}

function wantsOf({ tools, modelServers }: Wanting) {
  const ofTools = tools.flatMap(({ id, hash, secrets = [] }) =>
    secrets.map((secret) => ({ grantee: { kind: 'tool', name: id } as const, fingerprint: hash, ...secret })),
  );
  const ofModels = modelServers.flatMap(({ name: server, origin, secrets = [] }) =>
    secrets.map((secret) => ({ grantee: { kind: 'model', name: server } as const, fingerprint: origin, ...secret })),
  );
  return [...ofTools, ...ofModels];
}

function fingerprintOf({ kind, name }: Grantee, { tools, modelServers }: Wanting): string | undefined {
  if (kind === 'tool') return tools.find(({ id }) => id === name)?.hash;
  return modelServers.find((server) => server.name === name)?.origin;
}

function shown(outcome: GrantOutcome): GrantAnswer {
  return outcome.kind === 'refused' ? outcome : { kind: 'grant', grant: grantView(outcome.grant) };
}
