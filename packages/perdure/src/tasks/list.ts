/** `perdure task list`: a page of tasks, or all of them. */

import { resolve } from 'node:path';
import { compact, type Task } from '@perdure/contract';
import { taskSummary } from '@perdure/tasks';
import { printLines, say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { columnsOf } from '../text/width.ts';
import type { ListOptions } from './list-options.ts';
import { openTasks, type OpenTasks } from './open-tasks.ts';
import { taskTable } from './view-lines.ts';

export async function listTasks(rim: Rim, options: ListOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  if (options.archived === true) return await (await import('./list-archived.ts')).listArchived(rim, tasks, options);
  let page = await readPage(rim, tasks, options);
  if (options.json === true) {
    const print = () =>
      printLines(
        rim,
        page.data.map((task) => taskSummary(task, rim.now())),
        options.all === true ? undefined : page.next,
      );
    print();
    while (options.all === true && page.next !== undefined) {
      page = await readPage(rim, tasks, { ...options, cursor: page.next });
      print();
    }
    return 0;
  }
  const rows: Task[] = [...page.data];
  while (options.all === true && page.next !== undefined) {
    page = await readPage(rim, tasks, { ...options, cursor: page.next });
    rows.push(...page.data);
  }
  rim.stdout.write(`${taskTable(rows, { now: rim.now(), columns: columnsOf(rim.env, rim.stdout) })}\n`);
  const owed = new Set((await tasks.store.outbox.open()).map(({ taskId }) => taskId));
  const silent = rows.filter(({ task_id: id }) => owed.has(id)).map(({ task_id: id }) => id);
  if (silent.length > 0)
    say(rim, `Reports have not arrived of ${silent.join(', ')}: \`perdure task deliveries <id>\`.`);
  if (page.next !== undefined) say(rim, `More: the same with --cursor ${page.next}`);
  return 0;
}

async function readPage(rim: Rim, tasks: OpenTasks, options: ListOptions) {
  const { state, project, limit, cursor } = options;
  // One that is broken must not hide the others.
  const onUnreadable = ({ message }: Error) => tasks.warn(message);
  return await tasks.store.list(
    compact({ state, project: project === undefined ? undefined : resolve(rim.cwd, project) }),
    { limit, onUnreadable, ...compact({ cursor }) },
  );
}
