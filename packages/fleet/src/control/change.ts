/** Has something of a gateway changed, by a run of its own that puts all back where it is not well afterwards. */

import { changeOf } from '../core/change.ts';
import type { GatewayChange, GatewayRecord } from '../core/gateway.ts';
import type { GatewayFacts } from '../core/ports.ts';
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
  const found = await readyGateway(deps, principalId);
  if (found.kind === 'refused') return found;
  const { gateway } = found;
  if (gateway.service === 'its_own') return refuse('conflict', notOurs(gateway));
  const runId = wanted ?? deps.newId();
  // What went wrong before is not told of this one.
  const facts = { change: changeOf(gateway, asked), taskId: taskId ?? null, problem: null, failure: null };
  return await beginChange(deps, gateway, { facts, runId });
}

/** Recorded with the id of its run, and set going. */
export async function beginChange(
  { store, runs, clock }: ControlDeps,
  { principalId, handle }: GatewayRecord,
  { facts, runId }: { readonly facts: GatewayFacts; readonly runId: string },
): Promise<ControlOutcome> {
  const moved = await store.move(principalId, { action: 'change', facts, runId, now: clock() });
  if (moved.kind === 'refused') return refuse('conflict', moved.reason);
  // A death here is found by `tend`.
  await runs.begin({ id: runId, job: 'change-agent', principalId, handle });
  return moved;
}
