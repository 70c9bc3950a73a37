/** What people and programs put into the record: new runs, orders, retries. Acknowledged only after it is on disk. */

import { nextRunStatus, orderAccepted } from '@perdure/contract';
import type { Database, GroupCommit, RunsTable, StepsTable } from '@perdure/db';
import type { OrderOutcome, RetryOutcome, RunIntake, StartOutcome } from '../http/ports.ts';
import { orderByParent, RunStatements } from './run-statements.ts';

export function createRunIntake(database: Database, group: GroupCommit): RunIntake {
  const { sqlite } = database;
  const statements = new RunStatements(sqlite);
  const byIdempotencyKey = sqlite.prepare('SELECT id, request_hash FROM runs WHERE idempotency_key = ?');
  const readRun = sqlite.prepare('SELECT * FROM runs WHERE id = ?');
  const retry = createRetry(database, statements);

  return {
    start: (request) =>
      group.run((): StartOutcome => {
        const earlier = request.idempotencyKey === undefined ? undefined : byIdempotencyKey.get(request.idempotencyKey);
        if (earlier !== undefined) {
          const isSame = earlier['request_hash'] === (request.requestHash ?? null);
          return { kind: isSame ? 'existing' : 'key_reused', runId: String(earlier['id']) };
        }
        statements.insertRun(request, { at: request.at, actor: request.actor });
        return { kind: 'started', runId: request.id };
      }),
    order: ({ orderId, runId, order, actor, at }) =>
      group.run((): OrderOutcome => {
        const run = readRun.get(runId) as RunsTable | undefined;
        if (run === undefined) return { kind: 'not_found' };
        if (!orderAccepted(order, run.status)) return { kind: 'refused', status: run.status };
        statements.insertOrder({ id: orderId, runId, kind: order }, { at, actor });
        return { kind: 'accepted' };
      }),
    retry: (request) => group.run(() => retry(request)),
  };
}

type RetryRequest = Parameters<RunIntake['retry']>[0];

/**
 * Lets a failed run go on at its failed step. A step or turn is begun again, with its attempts counted on: an idempotency key that has
 * met an error is not used twice. A failed composite (an agent whose answers were no good, a child run) is forgotten with all below it.
 * The failed steps around it are forgotten too, so that the next drive comes to it again, and to nothing else.
 */
function createRetry(database: Database, statements: RunStatements) {
  const { sqlite } = database;
  const readRun = sqlite.prepare('SELECT * FROM runs WHERE id = ?');
  const anyUndo = sqlite.prepare(`SELECT 1 FROM steps WHERE run_id = ? AND kind = 'undo' LIMIT 1`);
  const readFailed = sqlite.prepare(
    `SELECT attempt, detail FROM steps WHERE run_id = ? AND key = ? AND kind IN ('step', 'turn') AND status = 'failed'`,
  );
  const beginAgain = sqlite.prepare(`
    UPDATE steps SET status = 'started', attempt = ?, detail = ?, input_hash = NULL, error = NULL, ended_at = NULL
    WHERE run_id = ? AND key = ?`);
  const forgetBelow = sqlite.prepare(
    `DELETE FROM steps WHERE run_id = :run AND (key = :key OR substr(key, 1, length(:key) + 1) = :key || '/') RETURNING key`,
  );
  const forgetAround = sqlite.prepare(`
    DELETE FROM steps WHERE run_id = :run AND status = 'failed' AND substr(:key, 1, length(key) + 1) = key || '/' RETURNING key`);
  /** Orders that came too late for the run as it was must not meet it as it will be. */
  const consumeOrders = sqlite.prepare('UPDATE orders SET consumed_at = ? WHERE run_id = ? AND consumed_at IS NULL');
  const readChildren = sqlite.prepare(
    `SELECT key, detail FROM steps WHERE run_id = ? AND kind = 'run' AND status <> 'done'`,
  );
  const readOrder = sqlite.prepare('SELECT 1 FROM orders WHERE id = ?');
  const forget = sqlite.prepare('DELETE FROM steps WHERE run_id = ? AND key = ?');
  const requeue = sqlite.prepare(`
    UPDATE runs SET status = ?, fence = fence + 1, error = NULL, failed_key = NULL, barren_drives = 0, ended_at = NULL, updated_at = ?
    WHERE id = ?`);

  /** Children that were cancelled only because their parent failed are started anew. */
  const forgetCancelledChildren = (runId: string): void => {
    for (const { key, detail } of readChildren.all(runId)) {
      const { run } = JSON.parse(String(detail ?? '{}')) as { readonly run?: string };
      if (run !== undefined && readOrder.get(orderByParent(run, 'cancel')) !== undefined)
        forget.run(runId, String(key));
    }
  };

  /** Keys that the next drive does again. */
  const reopen = (runId: string, key: string): string[] => {
    const failed = readFailed.get(runId, key) as Pick<StepsTable, 'attempt' | 'detail'> | undefined;
    const around = forgetAround.all({ run: runId, key });
    if (failed === undefined)
      return [...forgetBelow.all({ run: runId, key }), ...around].map((row) => String(row['key']));
    const detail = { ...(JSON.parse(failed.detail ?? '{}') as object), attemptsBefore: failed.attempt };
    beginAgain.run(failed.attempt + 1, JSON.stringify(detail), runId, key);
    return [key, ...around.map((row) => String(row['key']))];
  };

  return ({ runId, actor, at }: RetryRequest): RetryOutcome => {
    const run = readRun.get(runId) as RunsTable | undefined;
    if (run === undefined) return { kind: 'not_found' };
    const next = nextRunStatus(run.status, 'retry');
    if (next === undefined) return { kind: 'refused', status: run.status };
    if (run.undo_outcome !== null || anyUndo.get(runId) !== undefined) return { kind: 'undone' };
    consumeOrders.run(at, runId);
    forgetCancelledChildren(runId);
    const reopened = run.failed_key === null ? [] : reopen(runId, run.failed_key);
    requeue.run(next, at, runId);
    statements.appendEvent(runId, { type: 'run.retried', data: { reopened } }, { at, actor });
    return { kind: 'accepted' };
  };
}
