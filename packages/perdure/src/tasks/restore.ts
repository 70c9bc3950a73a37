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
  const { task, file, isForeign } = orThrow(tasks, await restoreTask(deps, { named, path: resolve(rim.cwd, named) }));
  const { task_id, desired_state, revision } = task;
  const data = { task_id, desired_state, revision, file, foreign: isForeign };
  printData(rim, options, data, () => `Restored task ${task_id} out of ${file}.${isForeign ? foreign : ''}`);
  return 0;
}

const foreign =
  '\nIt was not archived here: its evidence counts as imported, and its reports go nowhere until you bind it.';
