/** `perdure task report` and `status`: a task in the words of its reports. Both only look. */

import { PerdureError, type Task } from '@perdure/contract';
import { reportLevel, reportText, statusLine, statusSnapshot } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { openTasks, type OpenTasks } from './open-tasks.ts';
import { parseTaskId } from './parse.ts';
import { reportPolicy } from './policy.ts';

export interface ReportOptions extends CommonOptions {
  readonly level?: number;
}

export async function reportOne(rim: Rim, id: string, options: ReportOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const task = await taskOrThrow(tasks, id);
  const policy = await reportPolicy(rim, tasks.place);
  const level = options.level ?? reportLevel(task, policy);
  const text = reportText(task, level, policy);
  printData(rim, options, { task_id: id, level, text }, () => text);
  return 0;
}

export async function statusOne(rim: Rim, id: string, options: CommonOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const task = await taskOrThrow(tasks, id);
  const line = statusLine(task);
  printData(rim, options, { ...statusSnapshot(task), line }, () => line);
  return 0;
}

async function taskOrThrow({ store }: OpenTasks, id: string): Promise<Task> {
  const task = await store.get(parseTaskId(id));
  if (task !== undefined) return task;
  throw new PerdureError('not_found', `There is no task "${id}"; \`perdure task list\` shows those there are.`);
}
