/** Pause, resume, cancel, steer and retry: put into the record, then the engine is told. */

import {
  commandsFor,
  orderAccepted,
  PerdureError,
  type RunCommand,
  type RunOrder,
  type RunStatus,
} from '@perdure/contract';
import type { Dependencies } from './dependencies.ts';
import type { OrderRequest, RetryOutcome } from './ports.ts';
import type { Handler, RouteReply } from './table.ts';
import { firstUndoneOf, forkAdvice } from './undone.ts';
import { wakeOrLog } from './wake.ts';

type OrderReply = RouteReply<'pauseRun'>;
interface RunParams {
  readonly params: { readonly id: string };
}

export function orderHandler(
  deps: Dependencies,
  order: Exclude<RunOrder, 'steer'>,
): (input: RunParams) => Promise<OrderReply> {
  return ({ params: { id: runId } }) => giveOrder(deps, { runId, order });
}

export function steerHandler(deps: Dependencies): Handler<'steerRun'> {
  return ({ params: { id: runId }, body: { text } }) => giveOrder(deps, { runId, order: 'steer', text });
}

async function giveOrder(
  deps: Dependencies,
  order: Pick<OrderRequest, 'runId' | 'order' | 'text'>,
): Promise<OrderReply> {
  const outcome = await deps.intake.order({ ...order, actor: 'owner', at: deps.clock(), orderId: deps.newId() });
  return acknowledge(deps, order.runId, order.order, outcome);
}

export function retryHandler(deps: Dependencies): (input: RunParams) => Promise<OrderReply> {
  return async ({ params: { id: runId } }) => {
    const outcome = await deps.intake.retry({ runId, actor: 'owner', at: deps.clock() });
    return acknowledge(deps, runId, 'retry', outcome);
  };
}

async function acknowledge(
  deps: Dependencies,
  runId: string,
  verb: RunCommand,
  outcome: RetryOutcome,
): Promise<OrderReply> {
  switch (outcome.kind) {
    case 'not_found':
      throw runNotFound(runId);
    case 'refused':
      throw await refusal(deps, runId, { verb, status: outcome.status });
    case 'undone':
      throw await undoneRefusal(deps, runId);
    case 'accepted':
      for (const id of [runId, ...outcome.below]) await wakeOrLog(deps, id);
  }
  const run = await deps.reader.getRun(runId);
  if (run === undefined) throw runNotFound(runId);
  return { status: 202, body: { data: run } };
}

interface Refused {
  readonly verb: RunCommand;
  readonly status: RunStatus;
}

async function refusal({ reader }: Dependencies, runId: string, { verb, status }: Refused): Promise<PerdureError> {
  const mayRetry = orderAccepted('retry', status);
  const undone = mayRetry ? await firstUndoneOf(reader, runId) : undefined;
  const possible = commandsFor(status).filter((command) => command !== 'retry' || undone === undefined);
  const next = possible.length === 0 ? 'nothing can be ordered any more' : `possible now: ${possible.join(', ')}`;
  const instead = undone === undefined ? '' : `, its effects were undone: ${forkAdvice(runId, undone)}`;
  return new PerdureError('conflict', `Run ${runId} is ${status}, so ${verb} is refused; ${next}${instead}.`, {
    details: { status, possible, ...(undone !== undefined && { forkFrom: undone }) },
  });
}

async function undoneRefusal({ reader }: Dependencies, runId: string): Promise<PerdureError> {
  const forkFrom = await firstUndoneOf(reader, runId);
  const instead = forkFrom === undefined ? 'start it anew' : `${forkAdvice(runId, forkFrom)}; or start it anew`;
  return new PerdureError('conflict', `Run ${runId} cannot be retried: its effects were undone; ${instead}.`, {
    details: { ...(forkFrom !== undefined && { forkFrom }) },
  });
}

export function runNotFound(runId: string): PerdureError {
  return new PerdureError('not_found', `There is no run ${runId}; \`perdure runs list\` shows those there are.`);
}
