/** The prepared statements of tasks and of what is told of them. */

import { compact } from '@perdure/contract';
import type { Connection, HubActivityTable, HubTasksTable, PrincipalsTable } from '@perdure/db';
import type { TaskFilter } from '../../core/tasks/ports.ts';
import type { ActivityEntry, ActivityRecord, Person, TaskRecord } from '../../core/tasks/records.ts';
import { present } from '../rows.ts';

export class TaskRows {
  readonly #byId;
  readonly #byKey;
  readonly #byDurable;
  readonly #person;
  readonly #list;
  readonly #open;
  readonly #insert;
  readonly #change;
  readonly #activity;
  readonly #activityById;
  readonly #append;
  readonly #grow;

  constructor({ sqlite }: Connection) {
    this.#byId = sqlite.prepare('SELECT * FROM hub_tasks WHERE id = ?');
    this.#byKey = sqlite.prepare('SELECT * FROM hub_tasks WHERE created_by = ? AND client_key = ?');
    this.#byDurable = sqlite.prepare('SELECT * FROM hub_tasks WHERE durable_task_id = ?');
    this.#person = sqlite.prepare('SELECT * FROM principals WHERE id = ?');
    this.#list = sqlite.prepare(
      `SELECT * FROM hub_tasks WHERE (:cursor = '' OR id < :cursor)
       AND (:isAll = 1 OR created_by = :viewer OR assignee_id = :viewer)
       AND (:assignee = '' OR assignee_id = :assignee) AND (:status = '' OR status = :status)
       ORDER BY id DESC LIMIT :limit`,
    );
    this.#open = sqlite.prepare(
      `SELECT * FROM hub_tasks WHERE closed_at IS NULL AND instr(lower(title), ?) > 0 ORDER BY id DESC`,
    );
    this.#insert = sqlite.prepare(
      `INSERT INTO hub_tasks (id, title, status, created_by, assignee_id, notes, vault_id, item_id, durable_task_id,
         client_key, activity_seq, created_at, updated_at, closed_at)
       VALUES (:id, :title, :status, :createdBy, :assigneeId, :notes, :vaultId, :itemId, :durableTaskId,
         :clientKey, 0, :createdAt, :updatedAt, :closedAt)`,
    );
    this.#change = sqlite.prepare(
      `UPDATE hub_tasks SET title = :title, status = :status, assignee_id = :assigneeId, notes = :notes,
         vault_id = :vaultId, item_id = :itemId, durable_task_id = :durableTaskId, updated_at = :updatedAt,
         closed_at = :closedAt WHERE id = :id`,
    );
    this.#activity = sqlite.prepare('SELECT * FROM hub_activity WHERE task_id = ? AND seq > ? ORDER BY seq LIMIT ?');
    this.#activityById = sqlite.prepare('SELECT * FROM hub_activity WHERE task_id = ? AND id = ?');
    this.#append = sqlite.prepare(
      `INSERT INTO hub_activity (task_id, seq, id, type, message, author_id, from_status, to_status, at)
       SELECT id, activity_seq, ?, ?, ?, ?, ?, ?, ? FROM hub_tasks WHERE id = ?`,
    );
    this.#grow = sqlite.prepare(
      'UPDATE hub_tasks SET activity_seq = activity_seq + 1, updated_at = ? WHERE id = ? RETURNING activity_seq AS seq',
    );
  }

  get(taskId: string): TaskRecord | undefined {
    return asTask(this.#byId.get(taskId));
  }

  byKey(createdBy: string, clientKey: string | undefined): TaskRecord | undefined {
    return clientKey === undefined ? undefined : asTask(this.#byKey.get(createdBy, clientKey));
  }

  byDurable(durableTaskId: string | null | undefined): TaskRecord | undefined {
    return typeof durableTaskId === 'string' ? asTask(this.#byDurable.get(durableTaskId)) : undefined;
  }

  list(
    viewer: string,
    { assigneeId, status, isAll, cursor, limit }: TaskFilter & { readonly cursor: string; readonly limit: number },
  ): readonly TaskRecord[] {
    const named = { viewer, cursor, limit, isAll: isAll ? 1 : 0, assignee: assigneeId ?? '', status: status ?? '' };
    return this.#list.all(named).map((row) => toTask(row as unknown as HubTasksTable));
  }

  open(titled: string): readonly TaskRecord[] {
    return this.#open.all(titled.toLowerCase()).map((row) => toTask(row as unknown as HubTasksTable));
  }

  insert(task: TaskRecord): void {
    const { id, createdBy, clientKey = null, createdAt } = task;
    this.#insert.run({ id, createdBy, clientKey, createdAt, ...changing(task) });
  }

  /** What was told of it is counted by `append` alone. */
  change(task: TaskRecord): void {
    this.#change.run({ id: task.id, ...changing(task) });
  }

  append(taskId: string, entry: ActivityEntry, by: { readonly author: Person; readonly at: number }): ActivityRecord {
    const { id, type, message, from, to } = entry;
    const seq = Number(this.#grow.get(by.at, taskId)?.['seq']);
    this.#append.run(id, type, message, by.author.id, from ?? null, to ?? null, by.at, taskId);
    return { ...entry, taskId, seq, author: personOf(by.author), at: by.at };
  }

  activityAfter(taskId: string, seq: number, limit: number): readonly ActivityRecord[] {
    return this.#activity.all(taskId, seq, limit).map((row) => this.#toActivity(row as unknown as HubActivityTable));
  }

  activityById(taskId: string, id: string): ActivityRecord | undefined {
    const row = this.#activityById.get(taskId, id);
    return row && this.#toActivity(row as unknown as HubActivityTable);
  }

  #toActivity({ author_id: authorId, from_status: from, to_status: to, ...row }: HubActivityTable): ActivityRecord {
    const { id, type, message, at, task_id: taskId, seq } = row;
    const told = { id, taskId, seq, type, message, author: this.person(authorId), at };
    return { ...told, ...compact({ from: present(from), to: present(to) }) };
  }

  /** Principals are never taken away. */
  person(principalId: string): Person {
    const { id, kind, handle, display_name: displayName } = this.#person.get(principalId) as unknown as PrincipalsTable;
    return { id, kind, handle, displayName };
  }
}

export const personOf = ({ id, kind, handle, displayName }: Person): Person => ({ id, kind, handle, displayName });

function changing(task: TaskRecord) {
  const { title, status, notes, updatedAt } = task;
  return {
    title,
    status,
    notes,
    updatedAt,
    assigneeId: task.assigneeId ?? null,
    vaultId: task.vaultId ?? null,
    itemId: task.itemId ?? null,
    durableTaskId: task.durableTaskId ?? null,
    closedAt: task.closedAt ?? null,
  };
}

const asTask = (row: unknown): TaskRecord | undefined => (row === undefined ? undefined : toTask(row as HubTasksTable));

function toTask(row: HubTasksTable): TaskRecord {
  return {
    id: row.id,
    title: row.title,
    status: row.status,
    createdBy: row.created_by,
    notes: row.notes,
    activitySeq: row.activity_seq,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...compact({
      assigneeId: present(row.assignee_id),
      vaultId: present(row.vault_id),
      itemId: present(row.item_id),
      durableTaskId: present(row.durable_task_id),
      clientKey: present(row.client_key),
      closedAt: present(row.closed_at),
    }),
  };
}
