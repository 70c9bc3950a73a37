/** `perdure task event`: an event of the agent's own, for the log only. */

import { taskEventView } from '@perdure/tasks';
import { z } from 'zod';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { openTasks, writeOrThrow } from './open-tasks.ts';
import { givenJson, parsed, parseLine } from './parse.ts';
import type { WriteOptions } from './write-flags.ts';

export async function recordEvent(
  rim: Rim,
  request: { readonly id: string; readonly name: string },
  options: WriteOptions & { readonly details?: string },
): Promise<number> {
  const { id } = request;
  const name = parseLine(request.name, 'The type', 100);
  const given = options.details === undefined ? {} : await givenJson(rim, options.details, '--details');
  const details = parsed(z.record(z.string(), z.unknown()), given, '--details');
  using tasks = await openTasks(rim, options);
  const { events, task } = await writeOrThrow(rim, tasks, { id, command: { type: 'event', name, details }, options });
  const [event] = events.map(taskEventView);
  printData(rim, options, { task_id: id, event, revision: task.revision }, () => `Recorded ${name}.`);
  return 0;
}
