/** Orders to runs: pause, resume, cancel, steer, retry, fork. */

import type { RunOrder } from '@perdure/contract';
import { forkRun, orderRun, retryRun, type RunOrderOutcome, refusalError } from '@perdure/runs/desk';
import type { Dependencies } from './dependencies.ts';
import { startedReply } from './start.ts';
import type { Handlers, RouteReply } from './table.ts';

type OrderRoute = 'pauseRun' | 'resumeRun' | 'cancelRun' | 'steerRun' | 'retryRun' | 'forkRun';

const actor = 'owner';

export function orderHandlers(deps: Dependencies): Pick<Handlers, OrderRoute> {
  const order =
    (kind: Exclude<RunOrder, 'steer'>) =>
    async ({ params: { id: runId } }: { readonly params: { readonly id: string } }) =>
      orderReply(await orderRun(deps, { runId, order: kind, actor }));
  return {
    pauseRun: order('pause'),
    resumeRun: order('resume'),
    cancelRun: order('cancel'),
    steerRun: async ({ params: { id: runId }, body: { text } }) =>
      orderReply(await orderRun(deps, { runId, order: 'steer', text, actor })),
    retryRun: async ({ params: { id: runId } }) => orderReply(await retryRun(deps, { runId, actor })),
    forkRun: async ({ params: { id: runId }, body: { from }, headers }) =>
      startedReply(deps, await forkRun(deps, { runId, from, idempotencyKey: headers['idempotency-key'], actor })),
  };
}

function orderReply(outcome: RunOrderOutcome): RouteReply<'pauseRun'> {
  if (outcome.kind !== 'accepted') throw refusalError(outcome);
  return { status: 202, body: { data: outcome.run } };
}
