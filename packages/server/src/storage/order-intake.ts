/**
 * Orders of people and programs. A pause, a resume and a text go to the runs below too, in the same transaction: whoever pauses a run means
 * all that is done for it. A cancel is passed on by the driver, since a parent waits until its children have undone their work.
 */

import { finishedStatuses, orderAccepted, type RunOrder, type RunStatus } from '@perdure/contract';
import type { Database } from '@perdure/db';
import type { OrderOutcome, OrderRequest } from '../http/ports.ts';
import { orderBelow, type RunStatements } from './run-statements.ts';

interface Line {
  readonly id: string;
  readonly status: RunStatus;
  /** 1 where a pause is on its way to it. */
  readonly pausing: 0 | 1;
}

export function createOrder({ sqlite }: Database, statements: RunStatements): (request: OrderRequest) => OrderOutcome {
  const readStatus = sqlite.prepare('SELECT id, status FROM runs WHERE id = ?');
  const readBelow = sqlite.prepare(`
    WITH RECURSIVE below (id, status) AS (
      SELECT id, status FROM runs WHERE parent_run = ?
      UNION ALL SELECT runs.id, runs.status FROM runs JOIN below ON runs.parent_run = below.id
    ) SELECT id, status, EXISTS (
        SELECT 1 FROM orders WHERE run_id = below.id AND kind = 'pause' AND consumed_at IS NULL
      ) AS pausing FROM below`);

  return ({ orderId, runId, order, text, actor, at }) => {
    const run = readStatus.get(runId) as Line | undefined;
    if (run === undefined) return { kind: 'not_found' };
    if (!orderAccepted(order, run.status)) return { kind: 'refused', status: run.status };
    statements.insertOrder({ id: orderId, runId, kind: order, text }, { at, actor });
    const lines = order === 'cancel' ? [] : (readBelow.all(runId) as unknown as Line[]);
    const below = lines.filter((line) => isFor(order, line)).map(({ id }) => id);
    for (const id of below) {
      statements.insertOrder({ id: orderBelow(orderId, id), runId: id, kind: order, text }, { at, actor });
    }
    return { kind: 'accepted', below };
  };
}

/** A run below that needs attention of its own is not resumed by the way. */
function isFor(order: RunOrder, { status, pausing }: Line): boolean {
  // One that has yet to notice its pause would else notice it after the resume.
  if (order === 'resume') return status === 'paused' || (pausing === 1 && orderAccepted('pause', status));
  return order === 'steer'
    ? !(finishedStatuses as readonly RunStatus[]).includes(status)
    : orderAccepted(order, status);
}
