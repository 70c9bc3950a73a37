/** Takes away a gateway that is recorded, by a run of its own; and takes a copy of one. */

import { readyGateway } from './operate.ts';
import { noGateway, refuse, type ControlDeps, type ControlOutcome, type ControlRefusal } from './ports.ts';

export async function deprovision(deps: ControlDeps, principalId: string): Promise<ControlOutcome> {
  const { store, hub, runs, newId, clock } = deps;
  const current = await store.get(principalId);
  if (current === undefined) return noGateway(await hub.member(principalId));
  if (current.status === 'removing' || current.status === 'removed') return { kind: 'gateway', gateway: current };
  const runId = newId();
  const moved = await store.move(principalId, { action: 'remove', runId, now: clock() });
  if (moved.kind === 'refused') return refuse('conflict', moved.reason);
  // A death here is found by `tend`.
  await runs.begin({ id: runId, job: 'deprovision-agent', principalId, handle: current.handle });
  return moved;
}

export async function backup(
  deps: ControlDeps,
  principalId: string,
): Promise<{ readonly kind: 'backup'; readonly path: string } | ControlRefusal> {
  const found = await readyGateway(deps, principalId);
  if (found.kind === 'refused') return found;
  const { program, home } = found.gateway;
  return { kind: 'backup', path: await deps.programOf(program).backup(home, deps.archives) };
}
