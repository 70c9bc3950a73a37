/**
 * A readable copy of each task beside the database: `<id>.json`, `<id>.events.jsonl` and `<id>.progress.log` in the
 * formats of the original. The database is the truth; the copy may be deleted, cut or edited at any time and is whole
 * again after the next write.
 *
 * Nothing beside the copy says how far it is. Its last event carries its number, and both logs carry the time of that
 * event as their time of change: any other hand leaves another one, and then they are written anew. So a write reads
 * one line, however long the log is.
 *
 * Files are small and written without a sync, so the calls do not leave the thread: going to a thread of the pool and
 * back, some thirty times over, would cost a command line more than the rest of its write.
 */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { taskIdPattern, type Task } from '@perdure/contract';
import { removeLeftDrafts, replaceFile } from '@perdure/home/files';
import { pagesAfter, type ReadEvents } from '../core/event-pages.ts';
import type { TaskEvent } from '../core/events.ts';
import { snapshotText } from '../original/export-original.ts';
import { withFileLock } from './file-lock.ts';
import { endsWith, growLogs, mirroredUpTo, type CopyState } from './mirror-logs.ts';

export interface Mirror {
  /**
   * Brings the copy up to what is committed. `task` is as the newest of `newEvents` left it. Never fails: what went
   * wrong is said in the warning, and made good by the next write.
   */
  write(task: Task, newEvents: readonly TaskEvent[], readEvents: ReadEvents): Promise<{ readonly warning?: string }>;
  /** Takes the copy of a task away that is in the record no more. Never fails: what is left is nobody's truth. */
  remove(taskId: string): void;
}

/** How long a write waits for another process's. */
const waitMs = 2_000;

export function createMirror({ folder }: { readonly folder: string }): Mirror {
  return {
    async write(task, newEvents, readEvents) {
      const id = task.task_id;
      if (!taskIdPattern.test(id)) return { warning: 'A task whose id is no file name has no readable copy.' };
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        await withFileLock(
          join(folder, `${id}.lock`),
          () => update(join(folder, id), { task, newEvents, readEvents }),
          { waitMs },
        );
        return {};
      } catch (error) {
        const { code = 'unknown error' } = error as NodeJS.ErrnoException;
        return {
          warning: `The readable copy of task ${id} in ${folder} is behind (${code}); once nothing is in its way, the next write brings it up to date.`,
        };
      }
    },
    remove(taskId) {
      if (!taskIdPattern.test(taskId)) return;
      for (const ending of ['.json', '.events.jsonl', '.progress.log']) {
        try {
          rmSync(join(folder, `${taskId}${ending}`), { force: true });
        } catch {
          // It stands beside a record that knows better.
        }
      }
    },
  };
}

interface Change {
  readonly task: Task;
  readonly newEvents: readonly TaskEvent[];
  readonly readEvents: ReadEvents;
}

async function update(base: string, { task, newEvents, readEvents }: Change): Promise<void> {
  const paths = { events: `${base}.events.jsonl`, progress: `${base}.progress.log` };
  const mirrored = mirroredUpTo(paths);
  const after = (await isOfThisLog(mirrored, readEvents)) ? mirrored : undefined;
  const isNext = after !== undefined && newEvents[0]?.seq === after.seq + 1;
  const pages = isNext ? [newEvents] : pagesAfter(after?.seq ?? 0, readEvents);
  if (after === undefined) for (const path of [...Object.values(paths), `${base}.json`]) removeLeftDrafts(path);
  const committed = await growLogs(paths, { taskId: task.task_id, after, pages });
  // A revision is the number of its last event. Whoever committed after us waits for the lock, or was here before: the
  // older must not win.
  if (task.revision >= committed) replaceFile(`${base}.json`, snapshotText(task), { sync: false });
}

async function isOfThisLog(mirrored: CopyState | undefined, readEvents: ReadEvents): Promise<boolean> {
  if (mirrored === undefined) return false;
  const [event] = await readEvents(mirrored.seq - 1);
  return event !== undefined && endsWith(mirrored, event);
}
