/** Has something of a gateway changed, by a run of its own that puts all back where it is not well afterwards. */

import { changeOf } from '../core/change.ts';
import type { GatewayChange, GatewayRecord } from '../core/gateway.ts';
import { readyGateway } from './operate.ts';
import { refuse, type ControlDeps, type ControlOutcome } from './ports.ts';

export interface ChangeAsked extends Omit<GatewayChange, 'before'> {
  /** Of the run that does it; absent: a new one. */
  readonly runId?: string;
  /** Of the task of the hub that asked for it. */
  readonly taskId?: string;
}

const notOurs = ({ handle, home }: GatewayRecord): string =>
  `${home} of ${handle} was set up by hand, and is not ours to change: \`perdure family mend ${handle} --all\` makes it so.`;

export async function change(
  deps: ControlDeps,
  principalId: string,
  { taskId, runId: wanted, ...asked }: ChangeAsked,
): Promise<ControlOutcome> {
  const { store, runs, newId, clock } = deps;
  const found = await readyGateway(deps, principalId);
  if (found.kind === 'refused') return found;
  const { gateway } = found;
  if (gateway.service === 'its_own') return refuse('conflict', notOurs(gateway));
  const runId = wanted ?? newId();
  // What went wrong before is not told of this one.
  const facts = { change: changeOf(gateway, asked), taskId: taskId ?? null, problem: null, failure: null };
  const moved = await store.move(principalId, { action: 'change', facts, runId, now: clock() });
  if (moved.kind === 'refused') return refuse('conflict', moved.reason);
  // A death here is found by `tend`.
  await runs.begin({ id: runId, job: 'change-agent', principalId, handle: gateway.handle });
  return moved;
}
