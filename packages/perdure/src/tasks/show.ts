/** `perdure task show`: all there is to know of a task; looking, and nothing else. */

import { compact } from '@perdure/contract';
import { handOversOf, reportView, showTask, taskView } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { withChecks } from './check-runner.ts';
import { openTasks } from './open-tasks.ts';
import { parseTaskId } from './parse.ts';
import { orThrow } from './refusal.ts';
import { taskText } from './view.ts';

export async function showOne(rim: Rim, id: string, options: CommonOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const request = { taskId: parseTaskId(id) };
  const { task, recent } = orThrow(tasks, await showTask(withChecks(rim, tasks), request));
  const handOvers = await handOversOf(tasks, id);
  const owed = (await tasks.store.outbox.open(id)).map(reportView);
  const hubTask = await tasks.hubTaskOf(id);
  const data = { ...taskView(task, rim.now()), deliveries: owed, ...compact({ hub_task: hubTask }) };
  printData(rim, options, data, () => taskText(task, { now: rim.now(), recent, handOvers, owed, hubTask }));
  return 0;
}
