/**
 * A new run that begins with finished steps of another one. Like a start: once it is in the record nothing can fail any
 * more.
 */

import type { RunDeskDeps } from './ports.ts';
import { idempotency, setGoing, type KeyConflict, type StartedRun } from './start.ts';

export interface ForkRunRequest {
  readonly runId: string;
  /** The step that the new run does first by itself. */
  readonly from: string;
  readonly idempotencyKey?: string | undefined;
  readonly actor: string;
}

export type ForkRefusal =
  | { readonly kind: 'no_such_run'; readonly runId: string }
  | { readonly kind: 'no_such_step'; readonly runId: string; readonly key: string }
  | KeyConflict;

export async function forkRun(deps: RunDeskDeps, request: ForkRunRequest): Promise<StartedRun | ForkRefusal> {
  const { runId, from, idempotencyKey, actor } = request;
  const keyed = idempotency(idempotencyKey, { fork: runId, from });
  const outcome = await deps.intake.fork({ id: deps.newId(), runId, stepKey: from, ...keyed, actor, at: deps.clock() });
  if (outcome.kind === 'not_found') return { kind: 'no_such_run', runId };
  if (outcome.kind === 'no_such_step') return { kind: 'no_such_step', runId, key: from };
  return await setGoing(deps, outcome);
}
