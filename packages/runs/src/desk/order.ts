/** Pause, resume, cancel, steer and retry: put into the record, then the engine is told. */

import { commandsFor, orderAccepted, type Run, type RunCommand, type RunStatus } from '@perdure/contract';
import type { OrderRequest, RetryOutcome, RetryRequest, RunDeskDeps } from './ports.ts';
import { firstUndoneOf } from './undone.ts';
import { wakeOrLog } from './wake.ts';

export type RunOrderOutcome = { readonly kind: 'accepted'; readonly run: Run } | OrderRefusal;

export type OrderRefusal =
  | { readonly kind: 'no_such_run'; readonly runId: string }
  | {
      readonly kind: 'order_refused';
      readonly runId: string;
      readonly command: RunCommand;
      readonly status: RunStatus;
      readonly possible: readonly RunCommand[];
      /**
       * Key of the step that was begun first of those that were undone: a fork from there takes the place of a retry.
       */
      readonly forkFrom: string | undefined;
    }
  /** Its effects were undone, so there is nothing left to go on from. */
  | { readonly kind: 'undone'; readonly runId: string; readonly forkFrom: string | undefined };

export async function orderRun(
  deps: RunDeskDeps,
  order: Omit<OrderRequest, 'at' | 'orderId'>,
): Promise<RunOrderOutcome> {
  const outcome = await deps.intake.order({ ...order, at: deps.clock(), orderId: deps.newId() });
  return await followed(deps, { runId: order.runId, command: order.order, outcome });
}

export async function retryRun(deps: RunDeskDeps, request: Omit<RetryRequest, 'at'>): Promise<RunOrderOutcome> {
  const outcome = await deps.intake.retry({ ...request, at: deps.clock() });
  return await followed(deps, { runId: request.runId, command: 'retry', outcome });
}

interface OrderRecord {
  readonly runId: string;
  readonly command: RunCommand;
  readonly outcome: RetryOutcome;
}

async function followed(deps: RunDeskDeps, { runId, command, outcome }: OrderRecord): Promise<RunOrderOutcome> {
  switch (outcome.kind) {
    case 'not_found':
      return { kind: 'no_such_run', runId };
    case 'undone':
      return { kind: 'undone', runId, forkFrom: await firstUndoneOf(deps.reader, runId) };
    case 'refused':
      return await refusal(deps, { runId, command, status: outcome.status });
    case 'accepted': {
      for (const id of [runId, ...outcome.below]) await wakeOrLog(deps, id);
      const run = await deps.reader.getRun(runId);
      return run === undefined ? { kind: 'no_such_run', runId } : { kind: 'accepted', run };
    }
    default:
      return outcome satisfies never;
  }
}

async function refusal(
  { reader }: RunDeskDeps,
  refused: { readonly runId: string; readonly command: RunCommand; readonly status: RunStatus },
): Promise<OrderRefusal> {
  const { runId, status } = refused;
  const forkFrom = orderAccepted('retry', status) ? await firstUndoneOf(reader, runId) : undefined;
  const possible = commandsFor(status).filter((command) => command !== 'retry' || forkFrom === undefined);
  return { kind: 'order_refused', ...refused, possible, forkFrom };
}
