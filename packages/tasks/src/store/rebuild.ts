/** The proof of a row: its log folded anew. Differences come from outside, since every write folds under the lock. */

import { isDeepStrictEqual } from 'node:util';
import type { TasksTable } from '@perdure/db';
import { toRow, type FoldState, type TaskCore } from './fold.ts';
import { foldLog, incompleteLog, readSnapshot } from './stored-task.ts';
import type { TaskRows } from './task-rows.ts';

export interface RowProof {
  readonly folded: FoldState;
  /** Fields of the snapshot that differ from the fold; `column <name>` where the copy that lists search by differs. */
  readonly differences: readonly string[];
}

/** Undefined where there is neither a row nor a log. Row and log must be read in one transaction. */
export function rebuildRow(rows: TaskRows, core: TaskCore, taskId: string): RowProof | undefined {
  const row = rows.read(taskId);
  const folded = foldLog(rows, core, taskId);
  if (folded === undefined) {
    if (row === undefined) return undefined;
    throw incompleteLog(taskId, 1);
  }
  return { folded, differences: row === undefined ? ['the whole row'] : differences(row, folded) };
}

function differences(row: TasksTable, folded: FoldState): readonly string[] {
  const { snapshot, ...columns } = toRow(folded);
  const stored = snapshotOf(row.snapshot);
  const made = snapshotOf(snapshot);
  // What an older fold made of the same log is no damage; only the columns mean the same in every version.
  const fields = stored.isOlder ? [] : [...new Set([...Object.keys(made.fields), ...Object.keys(stored.fields)])];
  return [
    ...fields.filter((field) => !isDeepStrictEqual(made.fields[field], stored.fields[field])),
    ...Object.entries(columns).flatMap(([name, value]) =>
      row[name as keyof TasksTable] === value ? [] : [`column ${name}`],
    ),
  ];
}

/** No fields for what cannot be read: then every field differs. */
function snapshotOf(text: string): { readonly fields: Readonly<Record<string, unknown>>; readonly isOlder: boolean } {
  try {
    const { task, isOlder } = readSnapshot(text);
    return { fields: { ...task }, isOlder };
  } catch {
    return { fields: {}, isOlder: false };
  }
}
