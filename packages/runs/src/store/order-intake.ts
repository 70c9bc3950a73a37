/** Puts an order into the inboxes of a run and of those below it, in one transaction. */

import type { RunStatus } from '@perdure/contract';
import type { Database } from '@perdure/db';
import type { OrderOutcome, OrderRequest } from '../desk/ports.ts';
import { decideOrder, type RunBelow } from '../decide/order.ts';
import { orderBelow, type RunStatements } from './run-statements.ts';

interface RowBelow {
  readonly id: string;
  readonly status: RunStatus;
  readonly pausing: 0 | 1;
}

export function createOrder({ sqlite }: Database, statements: RunStatements): (request: OrderRequest) => OrderOutcome {
  const readStatus = sqlite.prepare('SELECT status FROM runs WHERE id = ?');
  const readBelow = sqlite.prepare(`
    WITH RECURSIVE below (id, status) AS (
      SELECT id, status FROM runs WHERE parent_run = ?
      UNION ALL SELECT runs.id, runs.status FROM runs JOIN below ON runs.parent_run = below.id
    ) SELECT id, status, EXISTS (
        SELECT 1 FROM orders WHERE run_id = below.id AND kind = 'pause' AND consumed_at IS NULL
      ) AS pausing FROM below`);
  const runsBelow = (runId: string): readonly RunBelow[] =>
    (readBelow.all(runId) as unknown as RowBelow[]).map(({ id, status, pausing }) => ({
      id,
      status,
      isPausing: pausing === 1,
    }));

  return ({ orderId, runId, order: kind, text, actor, at }) => {
    const run = readStatus.get(runId);
    if (run === undefined) return { kind: 'not_found' };
    const decision = decideOrder(kind, run['status'] as RunStatus, () => runsBelow(runId));
    if (decision.kind === 'refused') return decision;
    statements.insertOrder({ id: orderId, runId, kind, text }, { at, actor });
    for (const id of decision.below)
      statements.insertOrder({ id: orderBelow(orderId, id), runId: id, kind, text }, { at, actor });
    return decision;
  };
}
