/** What people and programs put into the record: new runs, orders, retries. Acknowledged only after it is on disk. */

import { nextRunStatus } from '@perdure/contract';
import type { Database, GroupCommit, RunsTable } from '@perdure/db';
import type { RetryOutcome, RunIntake, StartOutcome } from '../http/ports.ts';
import type { StepRecord } from '../pipelines/record.ts';
import { planRetry } from '../pipelines/retry-plan.ts';
import { createAnswer } from './answer-intake.ts';
import { createFork } from './fork-intake.ts';
import { createOrder } from './order-intake.ts';
import { orderByParent, RunStatements } from './run-statements.ts';
import { stepColumns, toStepRecord } from './step-row.ts';

export function createRunIntake(database: Database, group: GroupCommit): RunIntake {
  const statements = new RunStatements(database.sqlite);
  const order = createOrder(database, statements);
  const retry = createRetry(database, statements);
  const answer = createAnswer(database, statements);
  const fork = createFork(database, statements);

  return {
    start: (request) =>
      group.run((): StartOutcome => {
        const earlier = statements.runByIdempotencyKey(request);
        if (earlier !== undefined) return earlier;
        statements.insertRun(request, { at: request.at, actor: request.actor });
        return { kind: 'started', runId: request.id };
      }),
    order: (request) => group.run(() => order(request)),
    fork: (request) => group.run(() => fork(request)),
    retry: (request) => group.run(() => retry(request)),
    answer: (request) => group.run(() => answer(request)),
  };
}

type RetryRequest = Parameters<RunIntake['retry']>[0];

/** Applies the plan of a retry (`retry-plan.ts`) and queues the run, in one transaction. */
function createRetry({ sqlite }: Database, statements: RunStatements) {
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
    UPDATE runs SET status = ?, fence = fence + 1, error = NULL, failed_key = NULL, barren_drives = 0, idle_ms = idle_ms + max(0, ? - coalesce(ended_at, updated_at)), ended_at = NULL, updated_at = ?
    WHERE id = ?`);

  return ({ runId, actor, at }: RetryRequest): RetryOutcome => {
    const run = readRun.get(runId) as RunsTable | undefined;
    if (run === undefined) return { kind: 'not_found' };
    const next = nextRunStatus(run.status, 'retry');
    if (next === undefined) return { kind: 'refused', status: run.status };
    const steps = readSteps.all(runId).map(toStepRecord);
    if (run.undo_outcome !== null || steps.some((step) => step.kind === 'undo')) return { kind: 'undone' };
    const plan = planRetry({
      steps,
      failedKey: run.failed_key,
      wasCancelledByParent: (child) => readOrder.get(orderByParent(child, 'cancel')) !== undefined,
    });
    for (const { key, attempt, detail } of steps.filter((step) => plan.beginAgain.includes(step.key))) {
      beginAgain.run(attempt + 1, JSON.stringify({ ...detail, attemptsBefore: attempt }), runId, key);
    }
    for (const key of plan.forget) {
      forget.run(runId, key);
      // A question that nobody has answered is asked anew, under another id.
      forgetOpenWait.run(runId, key, at);
    }
    for (const step of steps.filter(({ key }) => plan.forget.includes(key))) {
      for (const id of steersOf(step)) giveBackSteer.run(id, runId);
    }
    consumeOrders.run(at, runId);
    requeue.run(next, at, at, runId);
    const reopened = [...plan.beginAgain, ...plan.forget];
    statements.appendEvent(runId, { type: 'run.retried', data: { reopened } }, { at, actor });
    return { kind: 'accepted', below: [] };
  };
}

/** Texts of people that a turn had taken up. */
function steersOf(step: StepRecord): readonly string[] {
  return (step.kind === 'turn' && step.detail.steers) || [];
}
