/**
 * Takes in a gateway that somebody else set up, and touches nothing of it: it becomes a member of a family, and is
 * recorded with what runs it. Who adopts it again has what is recorded of it looked at anew.
 */

import { compact } from '@perdure/contract';
import { adoptable, foundFacts, runnerName, runnerOf } from '../core/adopt/adoption.ts';
import type { FoundGateway } from '../core/adopt/found.ts';
import type { GatewayRecord, Runner } from '../core/gateway.ts';
import { specOf } from '../core/service-spec.ts';
import { refuse, type ControlDeps, type ControlOutcome } from './ports.ts';

export interface AdoptWish {
  readonly familyId: string;
  /** Its handle, or its home: an absolute path. */
  readonly named: string;
  /** The handle that it is to have; absent: as its home says. */
  readonly as?: string | undefined;
}

export async function adopt(deps: ControlDeps, { familyId, named, as }: AdoptWish): Promise<ControlOutcome> {
  const { store, host, hub } = deps;
  const found = await host.find(named);
  if (found === undefined) {
    const look = '`perdure family adopt --scan` shows those there are.';
    return refuse('not_found', `No gateway of OpenClaw ${named} is on ${host.name}; ${look}`);
  }
  const checked = adoptable({ found, as, uid: host.uid });
  if (checked.kind === 'refused') return refuse('conflict', checked.reason);
  const { settings } = checked;
  const all = await store.list({ host: host.name });
  const there = all.filter(({ status }) => status !== 'failed');
  const known = there.find(({ home }) => home === found.home);
  if (known !== undefined) return await again(deps, { known, found, familyId });
  const rival = there.find(({ port }) => port === settings.port);
  if (rival !== undefined) {
    const told = `Port ${settings.port} of ${found.home} is that of ${rival.handle}: give one of them another port first.`;
    return refuse('conflict', told);
  }
  const program = found.program ?? (await host.program(await host.observe({ home: undefined, port: undefined })));
  if (program === undefined) {
    return refuse(
      'conflict',
      `With what ${found.home} is run cannot be seen, and no openclaw is on the PATH of the server: install it with npm.`,
    );
  }
  // Whose key its settings carry is who it is.
  const agent = await agentOf(deps, found.home);
  const place = { gatewayPort: settings.port, ocHomeDir: found.home };
  const taken = await hub.takeIn(familyId, { handle: checked.handle, principalId: agent?.principalId, ...place });
  const runner = await lookAtRunner(deps, { ...taken, found, program, port: settings.port });
  const opened = await store.open(
    {
      ...taken,
      familyId,
      host: host.name,
      home: found.home,
      service: 'its_own',
      credential: { kind: 'its_own' },
      ...foundFacts(found, { settings, runner, program }),
      ...compact({ serviceName: runnerName(runner), keyId: agent?.keyId }),
      now: deps.clock(),
    },
    'adopt',
  );
  if (opened.kind === 'refused') return refuse('conflict', opened.reason);
  await hub.setStatus(taken.principalId, opened.gateway.wanted === 'up' ? 'online' : 'stopped');
  return opened;
}

/** The agent with whose key its channel speaks; undefined: none of this hub. */
export async function agentOf({ host, hub }: ControlDeps, home: string): ReturnType<ControlDeps['hub']['agentOf']> {
  const key = await host.channelKey(home);
  return key === undefined ? undefined : await hub.agentOf(key);
}

interface Again {
  readonly known: GatewayRecord;
  readonly found: FoundGateway;
  readonly familyId: string;
}

/** One that we run is what it is; of one that somebody else runs is written down how that is by now. */
async function again(deps: ControlDeps, { known, found, familyId }: Again): Promise<ControlOutcome> {
  const { handle, principalId, service, status, program: before } = known;
  if (known.familyId !== familyId) {
    return refuse('conflict', `${found.home} is the home of ${handle}, which is in another family.`);
  }
  if (service !== 'its_own' || status !== 'ready') return { kind: 'gateway', gateway: known };
  const program = found.program ?? before;
  const runner = await lookAtRunner(deps, { ...known, found, program });
  const agent = await agentOf(deps, found.home);
  const keyId = agent?.principalId === principalId ? agent.keyId : null;
  const facts = { runner, program, keyId, serviceName: runnerName(runner) ?? null };
  const noted = await deps.store.note(principalId, { facts, whileIn: 'ready', now: deps.clock() });
  return noted.kind === 'refused' ? refuse('conflict', noted.reason) : noted;
}

/** A process that none of its services keeps is a runner of its own. */
export async function lookAtRunner(
  { serviceOf, host }: ControlDeps,
  of: Pick<GatewayRecord, 'handle' | 'port' | 'program'> & { readonly found: FoundGateway },
): Promise<Runner> {
  const { found } = of;
  const services = runnerOf({ ...found, processes: [] }, undefined);
  const spec = specOf({ ...of, home: found.home, runner: services }, host.accountHome);
  const state = await serviceOf('its_own').state(spec);
  return runnerOf(found, state.kind === 'running' ? state.process : undefined);
}
