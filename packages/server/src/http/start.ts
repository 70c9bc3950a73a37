/** `POST /api/v1/runs`, and the reply of every route that starts a run. */

import { PerdureError, type Budget, type Run } from '@perdure/contract';
import {
  refusalError,
  type KeyConflict,
  type StartedRun,
  type StartRefusal,
  type StartRun,
  type ForkRefusal,
} from '@perdure/runs/desk';
import type { Dependencies } from './dependencies.ts';
import type { Handler, JsonReply } from './table.ts';

export function startRunHandler(deps: Dependencies, start: StartRun): Handler<'startRun'> {
  return async ({ body, headers }) => {
    const { pipeline, input } = body;
    // A member of parsed JSON is there or not, and never undefined.
    const budget = body.budget as Budget | undefined;
    const idempotencyKey = headers['idempotency-key'];
    return startedReply(deps, await start({ pipeline, input, budget, idempotencyKey, actor: 'owner' }));
  };
}

/** 201 for a new run, 200 for one that the idempotency key found. */
export async function startedReply(
  deps: Dependencies,
  outcome: StartedRun | StartRefusal | ForkRefusal | KeyConflict,
): Promise<JsonReply<200 | 201, { data: Run }>> {
  if (outcome.kind !== 'started') throw refusalError(outcome);
  const { runId, created } = outcome;
  const run = await deps.reader.getRun(runId);
  if (run === undefined) throw new PerdureError('internal', `Run ${runId} was recorded and cannot be read back.`);
  return { status: created ? 201 : 200, body: { data: run }, headers: { location: `/api/v1/runs/${runId}` } };
}
