/** Tasks that "continue" may mean, ranked: enough to choose among, however many there are. */

import { dirname } from 'node:path';
import { compact, type Task } from '@perdure/contract';
import type { TaskStore } from '../core/ports.ts';
import { selectTask, type RankedTask } from '../core/select.ts';

/** Of each state, of each folder, of no project and of all. */
const newest = 5;

interface CandidateOptions {
  /** Where somebody works, an absolute path; projects are looked for from there upward. */
  readonly folder: string;
  readonly now: number;
  /** Told of each task that cannot be read, which is no candidate. */
  readonly warn: (message: string) => void;
}

/** Best first. */
export async function candidates(
  store: Pick<TaskStore, 'list'>,
  { folder, now, warn }: CandidateOptions,
): Promise<readonly RankedTask[]> {
  const found = new Map<string, Task>();
  const unreadable = new Set<string>();
  const page = { limit: newest, onUnreadable: ({ message }: Error) => void unreadable.add(message) };
  for (const state of ['running', 'paused', 'stopped'] as const) {
    for (const project of [undefined, '', ...upward(folder)]) {
      const filter = { state, ...compact({ project }) };
      for (const task of (await store.list(filter, page)).data) found.set(task.task_id, task);
    }
  }
  unreadable.forEach(warn);
  return selectTask([...found.values()], { project: folder, now });
}

function upward(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...upward(parent)];
}
