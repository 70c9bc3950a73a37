/**
 * How a task stands, for those of another room who read it within a transaction of theirs. One that cannot be read is
 * `missing` to them, as one that is not there: what it is to them must not hang on it.
 */

import type { TaskView } from '@perdure/contract';
import type { Connection, TaskArchivesTable } from '@perdure/db';
import { displayState } from '../core/classify.ts';
import { gate } from '../core/gate.ts';
import { statusLine } from '../core/status-line.ts';
import { parseSnapshot } from './stored-task.ts';
import { TaskRows } from './task-rows.ts';

export interface TaskLook {
  readonly taskId: string;
  readonly state: TaskView['state'] | 'missing';
  /** Empty where it lies in an archive, or nowhere. */
  readonly statusLine: string;
  /** What is missing for its completion: clauses for a sentence. Empty once it is closed. */
  readonly gaps: readonly string[];
}

export function createTaskLook(
  database: Connection,
  { clock }: { readonly clock: () => number },
): (taskId: string) => TaskLook {
  const rows = new TaskRows(database);
  const archived = database.sqlite.prepare(
    'SELECT * FROM task_archives WHERE task_id = ? ORDER BY closed_at DESC, file DESC LIMIT 1',
  );
  return (taskId) => {
    const row = rows.read(taskId);
    const bare = { taskId, statusLine: '', gaps: [] };
    if (row === undefined) {
      const entry = archived.get(taskId) as unknown as TaskArchivesTable | undefined;
      return { ...bare, state: entry?.state ?? 'missing' };
    }
    try {
      const { task } = parseSnapshot(row);
      const state = displayState(task, clock());
      const gaps = state === 'completed' ? [] : gate(task).map(({ message }) => message);
      return { taskId, state, statusLine: statusLine(task), gaps };
    } catch {
      return { ...bare, state: 'missing' };
    }
  };
}
