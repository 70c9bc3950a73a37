/** The proof of a row: its log folded anew. Differences come from outside, since every write folds under the lock. */

import { isDeepStrictEqual } from 'node:util';
import { PerdureError } from '@perdure/contract';
import type { TasksTable } from '@perdure/db';
import { upcastTask, type StoredTask } from '../core/upcast.ts';
import { fold, toRow, type Folded, type TaskCore } from './fold.ts';
import type { TaskRows } from './task-rows.ts';

export interface Rebuilt {
  readonly folded: Folded;
  /** Fields of the snapshot that differ from the fold; `column <name>` where the copy that lists search by differs. */
  readonly differences: readonly string[];
}

/** Undefined where there is neither a row nor a log. Row and log must be read in one transaction. */
export function rebuildRow(rows: TaskRows, core: TaskCore, taskId: string): Rebuilt | undefined {
  const row = rows.read(taskId);
  const folded = foldLog(rows, core, taskId);
  if (folded === undefined) {
    if (row === undefined) return undefined;
    throw incomplete(taskId, 1);
  }
  return { folded, differences: row === undefined ? ['the whole row'] : differences(row, folded) };
}

function foldLog(rows: TaskRows, core: TaskCore, taskId: string): Folded | undefined {
  let folded: Folded | undefined;
  let seq = 0;
  for (const event of rows.log(taskId)) {
    seq += 1;
    if (event.seq !== seq) throw incomplete(taskId, seq);
    folded = fold(core, folded, event);
  }
  // An archived task was created under another id, and its log still says so.
  return folded && { ...folded, task: { ...folded.task, task_id: taskId } };
}

function incomplete(taskId: string, seq: number): PerdureError {
  return new PerdureError(
    'storage_corrupt',
    `Event ${seq} is missing from the log of task "${taskId}", so nothing can be rebuilt from it; restore a backup.`,
  );
}

function differences(row: TasksTable, folded: Folded): readonly string[] {
  const { snapshot, ...columns } = toRow(folded);
  const stored = parseObject(row.snapshot);
  const made = parseObject(snapshot);
  const fields = [...new Set([...Object.keys(made), ...Object.keys(stored)])];
  return [
    ...fields.filter((field) => !isDeepStrictEqual(made[field], stored[field])),
    ...Object.entries(columns).flatMap(([name, value]) =>
      row[name as keyof TasksTable] === value ? [] : [`column ${name}`],
    ),
  ];
}

/** Empty for what cannot be read: then every field differs. */
function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...upcastTask(JSON.parse(text) as StoredTask) };
  } catch {
    return {};
  }
}
