/** A new run that begins with finished steps of another one. Like a start: once it is in the record nothing can fail any more. */

import { PerdureError, undoneBy } from '@perdure/contract';
import type { Dependencies } from './dependencies.ts';
import { runNotFound } from './orders.ts';
import { idempotency, setGoing, startedReply } from './start.ts';
import type { Handler } from './table.ts';

export function forkHandler(deps: Dependencies): Handler<'forkRun'> {
  return async ({ params: { id: runId }, body: { from }, headers }) => {
    const outcome = await deps.intake.fork({
      id: deps.newId(),
      runId,
      stepKey: from,
      ...idempotency(headers['idempotency-key'], { fork: runId, from }),
      actor: 'owner',
      at: deps.clock(),
    });
    if (outcome.kind === 'not_found') throw runNotFound(runId);
    if (outcome.kind === 'no_such_step') throw noSuchStep(runId, from);
    return startedReply(deps, await setGoing(deps, outcome));
  };
}

function noSuchStep(runId: string, key: string): PerdureError {
  const undone = undoneBy(key);
  const remedy =
    undone === undefined
      ? `\`perdure runs show ${runId}\` lists its steps`
      : `an undo is none, fork from ${JSON.stringify(undone)} to do again what it took back`;
  return new PerdureError('invalid_input', `Run ${runId} has no step ${JSON.stringify(key)} to fork from; ${remedy}.`, {
    details: { field: 'body.from' },
  });
}
