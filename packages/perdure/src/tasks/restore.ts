/** `perdure task restore`: brings an archived task back into the record. */

import { resolve } from 'node:path';
import { restoreTask } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { archiveFolderOf } from './archives.ts';
import { openTasks } from './open-tasks.ts';
import { orThrow } from './refusal.ts';

export async function restoreOne(rim: Rim, named: string, options: CommonOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const deps = { ...tasks, archiveFolder: archiveFolderOf(tasks) };
  const { task, file } = orThrow(tasks, await restoreTask(deps, { named, path: resolve(rim.cwd, named) }));
  const { task_id, desired_state, revision } = task;
  printData(rim, options, { task_id, desired_state, revision, file }, () => `Restored task ${task_id} out of ${file}.`);
  return 0;
}
