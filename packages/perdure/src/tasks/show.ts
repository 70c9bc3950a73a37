/** `perdure task show`, `list` and `recent`: looking, and nothing else. */

import { resolve } from 'node:path';
import { compact, type Task, type TaskState } from '@perdure/contract';
import { handOversOf, recentEvents, showTask, taskEventView, taskSummary, taskView } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import type { Rim } from '../cli/rim.ts';
import { withChecks } from './check-runner.ts';
import { openTasks, type OpenTasks } from './open-tasks.ts';
import { printData, printLines, say } from '../cli/output.ts';
import { parseTaskId } from './parse.ts';
import { orThrow } from './refusal.ts';
import { eventLine, taskTable } from './view-lines.ts';
import { taskText } from './view.ts';

/** Of what was done; `recent` has all. */
const shownEvents = 20;

export async function showOne(rim: Rim, id: string, options: CommonOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const request = { taskId: parseTaskId(id), events: shownEvents };
  const { task, recent } = orThrow(tasks, await showTask(withChecks(rim, tasks), request));
  const handOvers = await handOversOf(tasks, id);
  printData(rim, options, taskView(task, rim.now()), () => taskText(task, { now: rim.now(), recent, handOvers }));
  return 0;
}

export interface ListOptions extends CommonOptions {
  readonly state?: TaskState;
  readonly project?: string;
  readonly archived?: boolean;
  readonly all?: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

export async function listTasks(rim: Rim, options: ListOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
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
  rim.stdout.write(`${taskTable(rows, rim.now())}\n`);
  if (page.next !== undefined) say(rim, `More: the same with --cursor ${page.next}`);
  return 0;
}

async function readPage(rim: Rim, tasks: OpenTasks, options: ListOptions) {
  const { state, project, archived, limit, cursor } = options;
  // One that is broken must not hide the others.
  const onUnreadable = ({ message }: Error) => tasks.warn(message);
  return await tasks.store.list(
    compact({ state, project: project === undefined ? undefined : resolve(rim.cwd, project), archived }),
    { limit, onUnreadable, ...compact({ cursor }) },
  );
}

export async function recentOfTask(
  rim: Rim,
  id: string,
  options: CommonOptions & { readonly limit: number },
): Promise<number> {
  using tasks = await openTasks(rim, options);
  const events = orThrow(tasks, await recentEvents(tasks, { taskId: parseTaskId(id), limit: options.limit })).events;
  if (options.json === true) printLines(rim, events.map(taskEventView));
  else rim.stdout.write(`${events.map(eventLine).join('\n')}\n`);
  return 0;
}
