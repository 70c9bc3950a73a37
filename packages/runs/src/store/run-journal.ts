/**
 * The record of runs, as drivers write it. Each method is one member of a group commit, so it resolves when its writes
 * are on disk.
 *
 * `begin` raises the fence and loads the record in one transaction (R1). `commit` starts with the fence and writes
 * nothing without it (R2); a refused member leaves its neighbours alone. A step that is closed stays as it was closed
 * first (R3).
 */

import type { SQLInputValue } from 'node:sqlite';
import { isFinished, PerdureError, type RunAction, type RunStatus } from '@perdure/contract';
import type { Database, GroupCommit, OrdersTable, WaitsTable } from '@perdure/db';
import type { CommitOutcome, NewWait, RunChange, RunCommit, StepWrite } from '../record/commit.ts';
import type { NotMet, RunJournal } from '../record/journal.ts';
import { damagedValue, hashOf, isWhole } from '../record/stored-value.ts';
import { inboxOf } from './inbox.ts';
import { createBegin } from './run-begin.ts';
import { textOf } from './run-row.ts';
import { orderBelow, orderByParent, RunStatements, statusAfter, statusesBefore } from './run-statements.ts';
import { stateColumns, stepColumns, toStepRecord } from './step-row.ts';

const driver = 'driver';

export function createRunJournal(database: Database, group: GroupCommit): RunJournal {
  const statements = new RunStatements(database.sqlite);
  const begin = createBegin(database.sqlite, statements);
  const committer = new Committer(database, statements);
  const { sqlite } = database;
  const blob = sqlite.prepare('SELECT body FROM blobs WHERE hash = ?');
  const outcome = sqlite.prepare('SELECT status, output, output_blob, output_sum, error FROM runs WHERE id = ?');
  const notMet = sqlite.prepare(
    `SELECT data FROM events WHERE run_id = ? AND type = 'run.steps_not_met' ORDER BY seq DESC LIMIT 1`,
  );
  const answer = sqlite.prepare('SELECT answer, answered_by, answered_at FROM waits WHERE id = ?');
  const orders = sqlite.prepare(
    `SELECT * FROM orders WHERE run_id IN (SELECT value FROM json_each(?)) AND consumed_at IS NULL ORDER BY created_at, rowid`,
  );
  const readBlob = (hash: string): string => {
    const row = blob.get(hash);
    if (row === undefined) {
      throw new PerdureError(
        'storage_corrupt',
        `A recorded value (${hash.slice(0, 12)}…) is missing from ${database.path}; restore a backup.`,
      );
    }
    const body = String(row['body']);
    if (hashOf(body) !== hash) throw damagedValue(`A recorded value (${hash.slice(0, 12)}…) in ${database.path}`);
    return body;
  };
  return {
    begin: (runId, at, options) => group.run(() => begin(runId, at, options)),
    commit: (commit) => group.run(() => committer.write(commit)),
    readBlob: async (hash) => readBlob(hash),
    readOutcome: async (runId) => {
      const row = outcome.get(runId) as OutcomeRow | undefined;
      if (row === undefined) return undefined;
      if (!isWhole(row.output, row.output_sum)) throw damagedValue(`The output of run ${runId}`);
      const output = row.output_blob === null ? row.output : readBlob(row.output_blob);
      return { status: row.status, output, error: row.error === null ? null : JSON.parse(row.error) };
    },
    readNotMet: async (runId) => {
      const row = notMet.get(runId);
      return row === undefined ? undefined : (JSON.parse(String(row['data'])) as NotMet);
    },
    readAnswer: async (waitId) => {
      const row = answer.get(waitId) as Pick<WaitsTable, 'answer' | 'answered_by' | 'answered_at'> | undefined;
      if (row === undefined || row.answer === null) return undefined;
      return { answer: row.answer, by: row.answered_by ?? '', at: row.answered_at ?? 0 };
    },
    inboxes: async (runIds) => {
      const rows = orders.all(JSON.stringify(runIds)) as unknown as OrdersTable[];
      const byRun = Map.groupBy(rows, (row) => row.run_id);
      return new Map([...byRun].map(([runId, found]) => [runId, inboxOf(found)]));
    },
  };
}

interface OutcomeRow {
  readonly status: RunStatus;
  readonly output: string | null;
  readonly output_blob: string | null;
  readonly output_sum: number | null;
  readonly error: string | null;
}

class Committer {
  readonly #database: Database;
  readonly #statements: RunStatements;
  readonly #holdFence;
  readonly #giveBack;
  readonly #writeStart;
  readonly #closeStep;
  readonly #readStep;
  readonly #addUsage;
  readonly #consumeOrder;
  readonly #insertWait;
  readonly #readAnswered;
  readonly #changes = new Map<RunAction, ReturnType<Database['sqlite']['prepare']>>();

  constructor(database: Database, statements: RunStatements) {
    const { sqlite } = database;
    this.#database = database;
    this.#statements = statements;
    this.#holdFence = sqlite.prepare(`
      UPDATE runs SET commit_no = commit_no + 1, event_seq = event_seq + ?, log_count = log_count + ?, barren_drives = ?, updated_at = ?,
        idle_ms = coalesce(?, idle_ms)
      WHERE id = ? AND fence = ? RETURNING event_seq`);
    this.#giveBack = sqlite.prepare(
      'UPDATE runs SET event_seq = event_seq - ?, log_count = log_count - ? WHERE id = ?',
    );
    const insertStep = `
      INSERT INTO steps (run_id, key, seq, kind, status, attempt, input_hash, result, result_blob, result_sum, error, detail, undoable, started_at, ended_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (run_id, key) DO UPDATE SET attempt = excluded.attempt, error = excluded.error, detail = excluded.detail`;
    this.#writeStart = sqlite.prepare(`${insertStep} WHERE steps.status = 'started'`);
    this.#closeStep = sqlite.prepare(`${insertStep}, status = excluded.status, result = excluded.result,
      result_blob = excluded.result_blob, result_sum = excluded.result_sum, ended_at = excluded.ended_at WHERE steps.status = 'started'`);
    this.#readStep = sqlite.prepare(`SELECT ${stepColumns} FROM steps WHERE run_id = ? AND key = ?`);
    this.#readStep.setReturnArrays(true);
    this.#addUsage = sqlite.prepare(
      'UPDATE runs SET input_tokens = input_tokens + ?, output_tokens = output_tokens + ? WHERE id = ?',
    );
    this.#insertWait = sqlite.prepare(
      'INSERT INTO waits (id, run_id, step_key, purpose, question, context, answer_schema, asked_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#readAnswered = sqlite.prepare('SELECT 1 FROM waits WHERE id = ? AND answered_at IS NOT NULL');
    this.#consumeOrder = sqlite.prepare('UPDATE orders SET consumed_at = ? WHERE id = ? AND consumed_at IS NULL');
  }

  write(commit: RunCommit): CommitOutcome {
    const { runId, fence, at, idleMs = null, step, events = [], logLines = 0, barrenDrives = 0 } = commit;
    const held = this.#holdFence.get(events.length, logLines, barrenDrives, at, idleMs, runId, fence);
    if (held === undefined) return { kind: 'lost' };
    if (step !== undefined && (this.#isAnswered(commit) || !this.#writeStep(runId, step, at))) {
      this.#giveBack.run(events.length, logLines, runId);
      return { kind: 'adopted', step: toStepRecord(this.#readStep.get(runId, step.key)) };
    }
    this.#statements.insertEvents(runId, events, { at, actor: driver, lastSeq: Number(held['event_seq']) });
    if (commit.change !== undefined) this.#changeRun(commit, commit.change);
    for (const orderId of commit.consumedOrders ?? []) this.#consumeOrder.run(at, orderId);
    if (commit.childRun !== undefined) this.#statements.insertRun(commit.childRun, { at, actor: driver });
    if (commit.wait !== undefined) this.#ask(runId, commit.wait, at);
    for (const order of commit.ordersTo ?? []) {
      // One order for each child, however often its parent's driver asks.
      const { runId: child, kind, with: above } = order;
      const id = above === undefined ? orderByParent(child, kind) : orderBelow(above, child);
      this.#statements.insertOrder({ id, runId: child, kind }, { at, actor: driver });
    }
    return { kind: 'committed' };
  }

  #isAnswered({ unlessAnswered }: RunCommit): boolean {
    return unlessAnswered !== undefined && this.#readAnswered.get(unlessAnswered) !== undefined;
  }

  #ask(runId: string, wait: NewWait, at: number): void {
    const { id, stepKey, purpose, question, context, answerSchema, expiresAt } = wait;
    this.#insertWait.run(id, runId, stepKey, purpose, question, context, answerSchema, at, expiresAt);
  }

  /** False: the step was closed before (R3). */
  #writeStep(runId: string, step: StepWrite, at: number): boolean {
    const { error, text, endedAt } = stateColumns(step);
    const value = this.#statements.store(text, at);
    const write = step.status === 'started' ? this.#writeStart : this.#closeStep;
    const { changes } = write.run(
      runId,
      step.key,
      step.seq,
      step.kind,
      step.status,
      step.attempt,
      step.inputHash,
      value.inline,
      value.blob,
      value.sum,
      error,
      textOf(step.detail),
      step.undoable ? 1 : 0,
      step.startedAt,
      endedAt,
    );
    if (changes === 0) return false;
    if (step.status === 'done' && step.usage !== undefined)
      this.#addUsage.run(step.usage.inputTokens, step.usage.outputTokens, runId);
    return true;
  }

  #changeRun(commit: RunCommit, change: RunChange): void {
    const output = this.#statements.store(change.action === 'complete' ? change.output : null, commit.at);
    const wait = change.action === 'park' ? change.wait : undefined;
    const status = statusAfter(change.action);
    const values: SQLInputValue[] = [
      status,
      wait?.kind ?? null,
      wait?.wakeAt ?? null,
      wait?.model ?? null,
      textOf('error' in change ? change.error : null),
      ('failedKey' in change && change.failedKey) || null,
      output.inline,
      output.blob,
      output.sum,
      ('undoOutcome' in change && change.undoOutcome) || null,
      isFinished(status) ? commit.at : null,
      commit.runId,
    ];
    if (this.#change(change.action).run(...values).changes === 1) return;
    throw new PerdureError(
      'internal',
      `Run ${commit.runId} cannot "${change.action}" in its present state; please report this (c2b6a0d4).`,
    );
  }

  /** The compare-and-set of one arrow of the transition table. */
  #change(action: RunAction) {
    const known = this.#changes.get(action);
    if (known !== undefined) return known;
    const made = this.#database.sqlite.prepare(`
      UPDATE runs SET status = ?, wait_kind = ?, wake_at = ?, wait_model = ?, error = ?, failed_key = ?, output = ?, output_blob = ?, output_sum = ?,
        undo_outcome = coalesce(?, undo_outcome), ended_at = ?
      WHERE id = ? AND status IN (${statusesBefore(action)})`);
    this.#changes.set(action, made);
    return made;
  }
}
