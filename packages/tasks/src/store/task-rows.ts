/**
 * The prepared statements of tasks and their logs. Whatever writes here runs inside a transaction that the caller
 * holds.
 */

import { PerdureError } from '@perdure/contract';
import type { Connection, TaskEventsTable, TasksTable } from '@perdure/db';
import type { TaskEvent } from '../core/events.ts';
import type { AgentLane } from '../core/ports.ts';
import { toRow, type FoldState } from './fold.ts';

export class TaskRows {
  readonly #read;
  readonly #ids;
  readonly #idsWithRuns;
  readonly #lanesOfAgents;
  readonly #lastSeq;
  readonly #save;
  readonly #append;
  readonly #after;
  readonly #recent;
  readonly #recentOf;
  readonly #renames;

  constructor({ sqlite }: Connection) {
    this.#read = sqlite.prepare('SELECT * FROM tasks WHERE id = ?');
    this.#ids = sqlite.prepare('SELECT id FROM tasks UNION SELECT task_id FROM task_events ORDER BY 1');
    this.#idsWithRuns = sqlite.prepare(`
      SELECT DISTINCT t.id FROM task_events e JOIN tasks t ON t.id = e.task_id
      WHERE e.type = 'lane_run_wanted' AND t.closed_at IS NULL AND t.archived = 0 ORDER BY t.id`);
    this.#lanesOfAgents = sqlite.prepare(`
      SELECT e.task_id, e.at, e.data FROM task_events e JOIN tasks t ON t.id = e.task_id
      WHERE e.type = 'lane_agent_wanted' AND t.archived = 0 AND (t.closed_at IS NULL OR t.closed_at > ?)
      ORDER BY e.task_id, e.seq`);
    this.#lastSeq = sqlite.prepare('SELECT max(seq) AS seq FROM task_events WHERE task_id = ?');
    this.#save = sqlite.prepare(`
      INSERT INTO tasks (id, project, state, title, revision, worked_at, updated_at, created_at, closed_at, snapshot, archived)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
      ON CONFLICT (id) DO UPDATE SET project = excluded.project, state = excluded.state, title = excluded.title,
        revision = excluded.revision, worked_at = excluded.worked_at, updated_at = excluded.updated_at,
        created_at = excluded.created_at, closed_at = excluded.closed_at, snapshot = excluded.snapshot`);
    this.#append = sqlite.prepare(
      'INSERT INTO task_events (task_id, seq, type, at, actor, data) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#after = sqlite.prepare('SELECT * FROM task_events WHERE task_id = ? AND seq > ? ORDER BY seq LIMIT ?');
    this.#recent = sqlite.prepare('SELECT * FROM task_events WHERE task_id = ? ORDER BY seq DESC LIMIT ?');
    this.#recentOf = sqlite.prepare(
      'SELECT * FROM task_events WHERE task_id = ? AND type = ? ORDER BY seq DESC LIMIT ?',
    );
    this.#renames = [
      sqlite.prepare('UPDATE tasks SET id = ?, archived = 1 WHERE id = ?'),
      sqlite.prepare('UPDATE task_events SET task_id = ? WHERE task_id = ?'),
      sqlite.prepare('UPDATE resume_queue SET task_id = ? WHERE task_id = ?'),
      sqlite.prepare('UPDATE task_reports SET task_id = ? WHERE task_id = ?'),
      sqlite.prepare('UPDATE hub_tasks SET durable_task_id = ? WHERE durable_task_id = ?'),
    ];
  }

  read(taskId: string): TasksTable | undefined {
    return this.#read.get(taskId) as TasksTable | undefined;
  }

  /** Of every task that has a row or a log. */
  ids(): readonly string[] {
    return this.#ids.all().map(({ id }) => String(id));
  }

  /** Of open tasks, by an index that holds nothing else. */
  idsWithRuns(): readonly string[] {
    return this.#idsWithRuns.all().map(({ id }) => String(id));
  }

  /** By an index that holds nothing else. */
  lanesOfAgents(since: number): readonly AgentLane[] {
    return this.#lanesOfAgents.all(since).map((row) => {
      const { task_id: taskId, at, data } = row as Pick<TaskEventsTable, 'task_id' | 'at' | 'data'>;
      return { taskId, at, ...(JSON.parse(data) as Pick<AgentLane, 'line' | 'handle' | 'key'>) };
    });
  }

  /** 0 for a task without a log. */
  lastSeq(taskId: string): number {
    return Number(this.#lastSeq.get(taskId)?.['seq'] ?? 0);
  }

  save(folded: FoldState): void {
    const row = toRow(folded);
    this.#save.run(
      row.id,
      row.project,
      row.state,
      row.title,
      row.revision,
      row.worked_at,
      row.updated_at,
      row.created_at,
      row.closed_at,
      row.snapshot,
    );
  }

  append(taskId: string, events: readonly TaskEvent[]): void {
    for (const { seq, type, at, actor, data } of events) {
      this.#append.run(taskId, seq, type, at, actor, JSON.stringify(data));
    }
  }

  /** Oldest first. */
  after(taskId: string, seq: number, limit: number): readonly TaskEvent[] {
    return this.#after.all(taskId, seq, limit).map(toEvent);
  }

  /** The newest `limit`, oldest first; of these types, if any are named. */
  recent(taskId: string, limit: number, types?: readonly string[]): readonly TaskEvent[] {
    if (types === undefined) return this.#recent.all(taskId, limit).map(toEvent).toReversed();
    // Type by type, each from its index: a type that a long log does not have would be looked for in all of it.
    const found = types.flatMap((type) => this.#recentOf.all(taskId, type, limit).map(toEvent));
    return found.toSorted((a, b) => a.seq - b.seq).slice(-limit);
  }

  /** The whole log, one event at a time: it may be long. */
  *log(taskId: string): Iterable<TaskEvent> {
    // SQLite takes a negative limit for none.
    for (const row of this.#after.iterate(taskId, 0, -1)) yield toEvent(row);
  }

  /** Gives a task, its log and what refers to it another id, and marks it as archived. */
  archiveAs(newId: string, taskId: string): void {
    for (const rename of this.#renames) rename.run(newId, taskId);
  }
}

function toEvent(row: unknown): TaskEvent {
  const { task_id: taskId, seq, type, at, actor, data } = row as TaskEventsTable;
  try {
    return { seq, type, at, actor, data: JSON.parse(data) as unknown } as TaskEvent;
  } catch (cause) {
    throw new PerdureError(
      'storage_corrupt',
      `Event ${seq} of task "${taskId}" cannot be read; keep a copy of the database and restore a backup.`,
      { cause },
    );
  }
}
