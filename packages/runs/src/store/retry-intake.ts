/** Queues a failed run again (`decide/retry.ts`), in one transaction. */

import type { Database, RunsTable } from '@perdure/db';
import type { RetryOutcome, RetryRequest } from '../desk/ports.ts';
import { decideRetry } from '../decide/retry.ts';
import { toRunState } from './run-row.ts';
import { orderByParent, type RunStatements } from './run-statements.ts';
import { stepColumns, toStepRecord } from './step-row.ts';

export function createRetry({ sqlite }: Database, statements: RunStatements): (request: RetryRequest) => RetryOutcome {
  const readRun = sqlite.prepare('SELECT * FROM runs WHERE id = ?');
  const readSteps = sqlite.prepare(`SELECT ${stepColumns} FROM steps WHERE run_id = ? ORDER BY seq`);
  readSteps.setReturnArrays(true);
  const forgetOpenWait = sqlite.prepare(
    'DELETE FROM waits WHERE run_id = ? AND step_key = ? AND answered_at IS NULL AND coalesce(expires_at > ?, true)',
  );
  const giveBackSteer = sqlite.prepare('UPDATE orders SET consumed_at = NULL WHERE id = ? AND run_id = ?');
  const readOrder = sqlite.prepare('SELECT 1 FROM orders WHERE id = ?');
  const beginAgain = sqlite.prepare(`
    UPDATE steps SET status = 'started', attempt = ?, detail = ?, input_hash = NULL, error = NULL, ended_at = NULL
    WHERE run_id = ? AND key = ?`);
  const forget = sqlite.prepare('DELETE FROM steps WHERE run_id = ? AND key = ?');
  /** Orders that came too late for the run as it was must not meet it as it will be. */
  const consumeOrders = sqlite.prepare(
    `UPDATE orders SET consumed_at = ? WHERE run_id = ? AND consumed_at IS NULL AND kind <> 'steer'`,
  );
  const requeue = sqlite.prepare(`
    UPDATE runs SET status = ?, fence = fence + 1, error = NULL, failed_key = NULL, barren_drives = 0,
      idle_ms = idle_ms + ? - coalesce(ended_at, updated_at), ended_at = NULL, updated_at = ?
    WHERE id = ?`);

  return ({ runId, actor, at }) => {
    const row = readRun.get(runId) as RunsTable | undefined;
    if (row === undefined) return { kind: 'not_found' };
    const decision = decideRetry({
      run: toRunState(row),
      steps: readSteps.all(runId).map(toStepRecord),
      wasCancelledByParent: (child) => readOrder.get(orderByParent(child, 'cancel')) !== undefined,
    });
    if (decision.kind !== 'accepted') return decision;
    for (const { key, attempt, detail } of decision.begunAgain)
      beginAgain.run(attempt, JSON.stringify(detail), runId, key);
    for (const key of decision.forgotten) {
      forget.run(runId, key);
      // A question that nobody has answered is asked anew, under another id.
      forgetOpenWait.run(runId, key, at);
    }
    for (const id of decision.givenBack) giveBackSteer.run(id, runId);
    consumeOrders.run(at, runId);
    requeue.run(decision.status, at, at, runId);
    const reopened = [...decision.begunAgain.map(({ key }) => key), ...decision.forgotten];
    statements.appendEvent(runId, { type: 'run.retried', data: { reopened } }, { at, actor });
    return { kind: 'accepted', below: [] };
  };
}
