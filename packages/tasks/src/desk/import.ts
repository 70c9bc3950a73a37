/**
 * Takes in a folder of the original format. Each task on its own: one that cannot be taken is reported, and the
 * others are.
 */

import type { TaskStore } from '../core/ports.ts';
import { readOriginal, type ReportLine } from '../original/import-original.ts';
import type { IdDeps, WriteDeps, Writer } from './deps.ts';
import { contextOf, withCopy } from './write.ts';

export interface ImportRequest {
  /** Absolute. */
  readonly folder: string;
  /** Whether tasks that have these ids already give them up. */
  readonly replace: boolean;
}

export interface ImportOutcome {
  readonly kind: 'imported';
  /** Ids. */
  readonly imported: readonly string[];
  readonly refused: readonly { readonly task_id: string; readonly message: string }[];
  /** How many hand-overs. */
  readonly queued: number;
  readonly report: readonly ReportLine[];
}

/** @throws PerdureError `not_found` where there is no such folder. */
export async function importTasks(
  deps: WriteDeps<'import' | 'resumeQueue'> & IdDeps,
  writer: Writer,
  { folder, replace }: ImportRequest,
): Promise<ImportOutcome> {
  const { tasks, queue, report } = await readOriginal(folder, { latest: deps.now() });
  const imported: string[] = [];
  const refused: { task_id: string; message: string }[] = [];
  for (const { task, history } of tasks) {
    const options: Parameters<TaskStore['import']>[1] = {
      from: folder,
      history,
      context: contextOf(deps, writer),
      replace,
    };
    const outcome = await withCopy(deps, await deps.store.import(task, options));
    if (outcome.kind === 'refused') refused.push({ task_id: task.task_id, message: outcome.message });
    else imported.push(task.task_id);
  }
  // Ids of another queue may be those of ours.
  for (const item of queue) await deps.store.resumeQueue.add({ ...item, id: deps.newId() });
  return { kind: 'imported', imported, refused, queued: queue.length, report };
}
