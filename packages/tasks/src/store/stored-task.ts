/** A task as its row holds it, and what an older version left in one. */

import { PerdureError, type Task } from '@perdure/contract';
import type { TasksTable } from '@perdure/db';
import { upcastTask, type StoredTask } from '../core/upcast.ts';
import { fold, foldVersion, type FoldState, type TaskCore } from './fold.ts';
import type { TaskRows } from './task-rows.ts';

interface Snapshot {
  readonly task: Task;
  /** Left by a fold that differs from ours: good to be looked at, and not to be written on. */
  readonly isOlder: boolean;
}

/** @throws SyntaxError where it is no JSON any more. */
export function readSnapshot(text: string): Snapshot {
  const { fold: version, ...task } = JSON.parse(text) as StoredTask & { readonly fold?: number };
  return { task: upcastTask(task), isOlder: version !== foldVersion };
}

/** @throws PerdureError `storage_corrupt` when it is no JSON any more. */
export function parseSnapshot({ id, snapshot }: Pick<TasksTable, 'id' | 'snapshot'>): Snapshot {
  try {
    return readSnapshot(snapshot);
  } catch (cause) {
    throw new PerdureError(
      'storage_corrupt',
      `The snapshot of task "${id}" cannot be read; \`perdure task rebuild ${id} --repair\` makes it anew from its log.`,
      { cause, details: { task_id: id } },
    );
  }
}

/** The task to write on, as our fold makes it. Undefined: there is none. */
export function standingTask(rows: TaskRows, core: TaskCore, taskId: string): FoldState | undefined {
  const row = rows.read(taskId);
  if (row === undefined) return undefined;
  const { task, isOlder } = parseSnapshot(row);
  return (isOlder ? foldLog(rows, core, taskId) : undefined) ?? { task, closedAt: row.closed_at };
}

/** Undefined where there is no log. */
export function foldLog(rows: TaskRows, core: TaskCore, taskId: string): FoldState | undefined {
  let folded: FoldState | undefined;
  let seq = 0;
  for (const event of rows.log(taskId)) {
    seq += 1;
    if (event.seq !== seq) throw incompleteLog(taskId, seq);
    folded = fold(core, folded, event);
  }
  // An archived task was created under another id, and its log still says so.
  return folded && { ...folded, task: { ...folded.task, task_id: taskId } };
}

export function incompleteLog(taskId: string, seq: number): PerdureError {
  return new PerdureError(
    'storage_corrupt',
    `Event ${seq} is missing from the log of task "${taskId}", so nothing can be rebuilt from it; restore a backup.`,
  );
}
