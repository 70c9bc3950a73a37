/** What the parts of the store of tasks share, and whoever makes a task within a transaction of theirs. */

import type { Connection } from '@perdure/db';
import type { LookAtDurable, StoredTask, TaskRecord } from '../../core/tasks/records.ts';
import type { VaultTools } from '../vault/tools.ts';
import { createVaultTools, type VaultStoreDeps } from '../vault/vault-store.ts';
import { NoteSecrets } from './note-secrets.ts';
import { personOf, TaskRows } from './hub-task-rows.ts';

export interface TaskTools {
  readonly rows: TaskRows;
  readonly secrets: NoteSecrets;
  readonly vault: VaultTools;
  readonly durable: LookAtDurable;
}

export interface TaskStoreDeps extends VaultStoreDeps {
  readonly durable: LookAtDurable;
}

export function createTaskTools(database: Connection, { durable, ...deps }: TaskStoreDeps): TaskTools {
  const vault = createVaultTools(database, deps);
  return { rows: new TaskRows(database), secrets: new NoteSecrets(vault), vault, durable };
}

/** With what is shown with it. */
export function storedTask({ rows, durable }: Pick<TaskTools, 'rows' | 'durable'>, task: TaskRecord): StoredTask {
  const { createdBy, assigneeId, durableTaskId } = task;
  return {
    task,
    creator: rows.person(createdBy),
    ...(assigneeId !== undefined && { assignee: personOf(rows.person(assigneeId)) }),
    ...(durableTaskId !== undefined && { durable: durable(durableTaskId) }),
  };
}
