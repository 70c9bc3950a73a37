/** The prepared statements of reports. Whatever writes here runs inside a transaction that the caller holds. */

import type { Delivery, DeliveryMethod, ReportState } from '@perdure/contract';
import type { Connection, TaskReportsTable } from '@perdure/db';
import type { ReportDraft, ReportFacts, StoredReport } from '../core/outbox.ts';
import type { Reported } from '../core/reported.ts';

/** How a row stands after somebody came to it. */
export interface RowChange {
  readonly id: string;
  readonly state: ReportState;
  readonly attempt: number;
  readonly nextAt: number;
  readonly problem: string | null;
}

export class ReportRows {
  readonly #add;
  readonly #has;
  readonly #last;
  readonly #lastAtOnce;
  readonly #timedWaits;
  readonly #underWay;
  readonly #change;
  readonly #byId;
  readonly #byNumber;
  readonly #open;
  readonly #newest;
  readonly #prune;

  constructor({ sqlite }: Connection) {
    this.#add = sqlite.prepare(`
      INSERT INTO task_reports (id, position, task_id, number, cause, reason, delivery, method, text, facts, state,
        attempt, next_at, problem, created_at, updated_at)
      SELECT lower(hex(randomblob(16))), (SELECT coalesce(max(position), 0) + 1 FROM task_reports), ?1,
        (SELECT coalesce(max(number), 0) + 1 FROM task_reports WHERE task_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, 'pending',
        0, 0, NULL, ?8, ?8
      ON CONFLICT (task_id, cause) DO NOTHING`);
    this.#has = sqlite.prepare('SELECT 1 FROM task_reports WHERE task_id = ? AND cause = ?');
    // What nobody wanted was told to nobody.
    this.#last = sqlite.prepare(`
      SELECT created_at FROM task_reports WHERE task_id = ? AND state != 'skipped' AND reason != 'progress'
      ORDER BY position DESC LIMIT 1`);
    this.#lastAtOnce = sqlite.prepare(`
      SELECT created_at FROM task_reports
      WHERE task_id = ? AND state != 'skipped' AND reason NOT IN ('timed', 'stale', 'progress')
      ORDER BY position DESC LIMIT 1`);
    this.#timedWaits = sqlite.prepare(`
      SELECT 1 FROM task_reports WHERE state IN ('pending', 'failed', 'sending') AND task_id = ? AND reason = 'timed'`);
    // SQLite reads what is under way from the index of states, however long the past is.
    this.#underWay = sqlite.prepare(`
      SELECT * FROM task_reports WHERE state IN ('pending', 'failed', 'sending')
        AND method IN (SELECT value FROM json_each(?)) AND (?2 IS NULL OR task_id = ?2)
      ORDER BY position`);
    this.#change = sqlite.prepare(
      'UPDATE task_reports SET state = ?, attempt = ?, next_at = ?, problem = ?, updated_at = ? WHERE id = ?',
    );
    this.#byId = sqlite.prepare('SELECT * FROM task_reports WHERE id = ?');
    this.#byNumber = sqlite.prepare('SELECT * FROM task_reports WHERE task_id = ? AND number = ?');
    this.#open = sqlite.prepare(`
      SELECT * FROM task_reports WHERE state IN ('pending', 'failed', 'sending', 'unknown', 'dead')
        AND (?1 IS NULL OR task_id = ?1) ORDER BY position`);
    this.#newest = sqlite.prepare('SELECT * FROM task_reports WHERE task_id = ? ORDER BY position DESC LIMIT ?');
    this.#prune = sqlite.prepare(`
      DELETE FROM task_reports WHERE (state = 'skipped' OR (state = 'sent' AND position < (
        SELECT max(position) FROM task_reports AS newer WHERE newer.task_id = task_reports.task_id
          AND newer.state = 'sent'))) AND updated_at < ? AND reason != 'stale'`);
  }

  /** False where the same was reported before. */
  add(taskId: string, { cause, reason, delivery, text, facts }: ReportDraft, now: number): boolean {
    const { changes } = this.#add.run(
      taskId,
      cause,
      reason,
      JSON.stringify(delivery),
      delivery.method,
      text,
      JSON.stringify(facts),
      now,
    );
    return Number(changes) > 0;
  }

  has(taskId: string, cause: string): boolean {
    return this.#has.get(taskId, cause) !== undefined;
  }

  reported(taskId: string): Reported {
    return {
      lastAt: timeOf(this.#last.get(taskId)),
      lastImmediateAt: timeOf(this.#lastAtOnce.get(taskId)),
      timedWaits: this.#timedWaits.get(taskId) !== undefined,
    };
  }

  /** Pending, failed and claimed ones, oldest first. */
  underWay(methods: readonly DeliveryMethod[], taskId: string | undefined): readonly StoredReport[] {
    return this.#underWay.all(JSON.stringify(methods), taskId ?? null).map(toReport);
  }

  change({ id, state, attempt, nextAt, problem }: RowChange, now: number): void {
    this.#change.run(state, attempt, nextAt, problem, now, id);
  }

  byId(id: string): StoredReport | undefined {
    const row = this.#byId.get(id);
    return row && toReport(row);
  }

  byNumber(taskId: string, number: number): StoredReport | undefined {
    const row = this.#byNumber.get(taskId, number);
    return row && toReport(row);
  }

  open(taskId: string | undefined): readonly StoredReport[] {
    return this.#open.all(taskId ?? null).map(toReport);
  }

  newest(taskId: string, most: number): readonly StoredReport[] {
    return this.#newest.all(taskId, most).map(toReport);
  }

  /**
   * Arrived or unwanted before `before`. The newest of each task stays, for it says when it was last told; and what
   * tells of a standstill, for that is told once.
   */
  prune(before: number): number {
    return Number(this.#prune.run(before).changes);
  }
}

function timeOf(row: Readonly<Record<string, unknown>> | undefined): number | undefined {
  return row === undefined ? undefined : Number(row['created_at']);
}

function toReport(given: unknown): StoredReport {
  const row = given as TaskReportsTable;
  const { id, number, cause, reason, text, state, attempt } = row;
  return {
    id,
    taskId: row.task_id,
    number,
    cause,
    reason,
    text,
    state,
    attempt,
    delivery: JSON.parse(row.delivery) as Delivery,
    facts: JSON.parse(row.facts) as ReportFacts,
    nextAt: row.next_at,
    problem: row.problem ?? undefined,
    createdAt: row.created_at,
  };
}
