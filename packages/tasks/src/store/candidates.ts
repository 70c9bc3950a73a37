/** Tasks that "continue" may mean, ranked: enough to choose among, however many there are. */

import { dirname } from 'node:path';
import type { Task } from '@perdure/contract';
import type { TaskStore } from '../core/ports.ts';
import { selectTask, type RankedTask } from '../core/select.ts';

/** Of each state, of each folder and of all. */
const newest = 5;

/** Best first. `folder`: where somebody works, an absolute path; projects are looked for from there upward. */
export async function candidates(
  store: Pick<TaskStore, 'list'>,
  { folder, now }: { readonly folder: string; readonly now: number },
): Promise<readonly RankedTask[]> {
  const found = new Map<string, Task>();
  for (const state of ['running', 'paused', 'stopped'] as const) {
    for (const project of [undefined, ...upward(folder)]) {
      const filter = { state, ...(project === undefined ? {} : { project }) };
      for (const task of (await store.list(filter, { limit: newest })).data) found.set(task.task_id, task);
    }
  }
  return selectTask([...found.values()], { project: folder, now });
}

function upward(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...upward(parent)];
}
