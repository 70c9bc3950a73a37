/** `perdure task fail` and `reopen`: a word and its reason, and nothing to check. */

import { taskView } from '@perdure/tasks';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { openTasks, writeOrThrow } from './open-tasks.ts';
import { parseText } from './parse.ts';
import type { WriteOptions } from './write-flags.ts';

export interface EndRequest {
  readonly id: string;
  readonly type: 'fail' | 'reopen';
  readonly reason: string;
}

export async function endTask(rim: Rim, request: EndRequest, options: WriteOptions): Promise<number> {
  const { id, type } = request;
  const reason = parseText(request.reason, 'The reason', 2_000);
  using tasks = await openTasks(rim, options);
  const { task } = await writeOrThrow(rim, tasks, { id, command: { type, reason }, options });
  printData(rim, options, taskView(task, rim.now()), () => `Task ${id} is ${task.desired_state}.`);
  return 0;
}
