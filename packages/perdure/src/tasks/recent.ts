/** `perdure task recent`: the newest events of the log of a task. */

import { recentEvents, taskEventView } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { printLines } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { openTasks } from './open-tasks.ts';
import { parseTaskId } from './parse.ts';
import { orThrow } from './refusal.ts';
import { eventLines } from './view-lines.ts';

export async function recentOfTask(
  rim: Rim,
  id: string,
  options: CommonOptions & { readonly limit: number },
): Promise<number> {
  using tasks = await openTasks(rim, options);
  const events = orThrow(tasks, await recentEvents(tasks, { taskId: parseTaskId(id), limit: options.limit })).events;
  if (options.json === true) printLines(rim, events.map(taskEventView));
  else rim.stdout.write(`${events.flatMap(eventLines).join('\n')}\n`);
  return 0;
}
