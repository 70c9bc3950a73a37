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
  const { checked, differing } = orThrow(tasks, await rebuildTasks(tasks, request));
  printData(rim, options, { checked, repaired: repair, differing }, () =>
    [
      `${checked} checked, ${differing.length} differ from their logs${repair && differing.length > 0 ? ' and were repaired' : ''}.`,
      ...differing.map(({ task_id, differences }) => `- ${task_id}: ${differences.join(', ')}`),
    ].join('\n'),
  );
  return differing.length === 0 || repair ? 0 : 1;
}
