/** Puts an order into the inboxes of a run and of those below it, in one transaction. */

import { compact, type RunStatus } from '@perdure/contract';
import type { Database, RunsTable } from '@perdure/db';
import type { OrderOutcome, OrderRequest } from '../desk/ports.ts';
import { decideOrder, type RunBelow } from '../decide/order.ts';
import { orderBelow, type RunStatements } from './run-statements.ts';

type WaitingRow = Pick<RunsTable, 'status' | 'wait_kind' | 'wait_model'> & { readonly pausing: 0 | 1 };

interface RowBelow {
  readonly id: string;
  readonly status: RunStatus;
  readonly pausing: 0 | 1;
}

export function createOrder({ sqlite }: Database, statements: RunStatements): (request: OrderRequest) => OrderOutcome {
  const readRun = sqlite.prepare(`
    SELECT status, wait_kind, wait_model, EXISTS (
        SELECT 1 FROM orders WHERE run_id = runs.id AND kind = 'pause' AND consumed_at IS NULL
      ) AS pausing FROM runs WHERE id = ?`);
  const askNow = sqlite.prepare('UPDATE model_outages SET next_at = ? WHERE model = ? AND next_at > ?');
  const consume = sqlite.prepare('UPDATE orders SET consumed_at = ? WHERE id = ? AND consumed_at IS NULL');
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
    const run = readRun.get(runId) as unknown as WaitingRow | undefined;
    if (run === undefined) return { kind: 'not_found' };
    const { status, wait_kind: waitsFor, wait_model: model, pausing } = run;
    const ordered = { status, isPausing: pausing === 1, ...compact({ waitsFor: waitsFor ?? undefined }) };
    const decision = decideOrder(kind, ordered, () => runsBelow(runId));
    if (decision.kind === 'refused') return decision;
    if (decision.kind === 'ask_model_now') {
      // It has its effect here; that somebody gave it is told like any other.
      statements.insertOrder({ id: orderId, runId, kind }, { at, actor });
      consume.run(at, orderId);
      askNow.run(at, model, at);
      return { kind: 'accepted', below: [] };
    }
    statements.insertOrder({ id: orderId, runId, kind, text }, { at, actor });
    for (const id of decision.below)
      statements.insertOrder({ id: orderBelow(orderId, id), runId: id, kind, text }, { at, actor });
    return decision;
  };
}
