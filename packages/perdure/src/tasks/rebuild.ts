/** `perdure task rebuild`: the log as proof of the snapshot. */

import { PerdureError } from '@perdure/contract';
import { rebuildTasks } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { openTasks } from './open-tasks.ts';
import { parseTaskId } from './parse.ts';
import { orThrow } from './refusal.ts';

export interface RebuildOptions extends CommonOptions {
  readonly all?: boolean;
  readonly repair?: boolean;
}

export async function rebuild(rim: Rim, id: string | undefined, options: RebuildOptions): Promise<number> {
  if ((id === undefined) === (options.all !== true)) {
    throw new PerdureError('usage', 'Name a task, or say --all, not both.');
  }
  const repair = options.repair === true;
  using tasks = await openTasks(rim, options);
  const request = { tasks: id === undefined ? ('all' as const) : { id: parseTaskId(id) }, repair };
  const { checked, differing, damaged } = orThrow(tasks, await rebuildTasks(tasks, request));
  const broken = damaged.map(({ task_id, error }) => ({ task_id, message: error.message }));
  printData(rim, options, { checked, repaired: repair, differing, damaged: broken }, () =>
    [
      `${checked} checked, ${differing.length} differ from their logs${repair && differing.length > 0 ? ' and were repaired' : ''}.`,
      ...differing.map(({ task_id, differences }) => `- ${task_id}: ${differences.join(', ')}`),
      ...broken.map(({ task_id, message }) => `- ${task_id} is damaged: ${message}`),
    ].join('\n'),
  );
  const [first] = damaged;
  if (first !== undefined) throw first.error;
  return differing.length === 0 || repair ? 0 : 1;
}
