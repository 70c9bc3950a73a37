/**
 * `perdure task archive`: takes closed tasks out of the record into files, by name or by age. Each is a task of its
 * own: one that cannot be archived keeps none of the others.
 */

import { PerdureError } from '@perdure/contract';
import { archiveTask, type ArchiveEntry } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { archiveFolderOf } from './archives.ts';
import { openTasks, type OpenTasks } from './open-tasks.ts';
import { parseTaskId } from './parse.ts';
import { inPlace } from './refusal.ts';

export interface ArchiveOptions extends CommonOptions {
  /** Milliseconds. */
  readonly olderThan?: number;
  readonly dryRun?: boolean;
}

export async function archiveTasks(rim: Rim, named: readonly string[], options: ArchiveOptions): Promise<number> {
  const { olderThan, dryRun = false } = options;
  if ((named.length === 0) === (olderThan === undefined)) {
    throw new PerdureError('usage', 'Name the tasks to be archived, or say --older-than with a span as 30d, not both.');
  }
  using tasks = await openTasks(rim, options);
  const ids =
    olderThan === undefined ? named.map(parseTaskId) : await tasks.store.archives.closedBefore(rim.now() - olderThan);
  const { archived, refused } = dryRun ? { archived: [], refused: [] } : await archiveAll(tasks, ids);
  const files = archived.map(({ taskId, file, events, sha256 }) => ({ task_id: taskId, file, events, sha256 }));
  const data = { dry_run: dryRun, tasks: dryRun ? ids : files, refused };
  printData(rim, options, data, () =>
    [
      ...(dryRun ? ids : files.map(({ task_id, file }) => `${task_id}  ${file}`)),
      dryRun ? `${ids.length} would be archived; nothing was written.` : `${files.length} archived.`,
      ...refused.map(({ message }) => message),
    ].join('\n'),
  );
  return refused.length === 0 ? 0 : 8;
}

interface Archived {
  readonly archived: readonly ArchiveEntry[];
  readonly refused: readonly { readonly task_id: string; readonly message: string }[];
}

async function archiveAll(tasks: OpenTasks, ids: readonly string[]): Promise<Archived> {
  const deps = { ...tasks, archiveFolder: archiveFolderOf(tasks) };
  const archived: ArchiveEntry[] = [];
  const refused: { task_id: string; message: string }[] = [];
  for (const task_id of ids) {
    const outcome = await archiveTask(deps, task_id);
    if (outcome.kind === 'archived') archived.push(outcome.entry);
    else refused.push({ task_id, message: inPlace(tasks.place, outcome.message) });
  }
  return { archived, refused };
}
