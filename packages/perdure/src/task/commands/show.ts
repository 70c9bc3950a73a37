/** `perdure task show`, `list` and `recent`: looking, and voiding evidence that no longer holds. */

import { resolve } from 'node:path';
import type { Task, TaskState } from '@perdure/contract';
import { doneEvents, taskEventView, taskSummary, taskView } from '@perdure/tasks';
import type { CommonOptions } from '../../cli/options.ts';
import { say } from '../../cli/output.ts';
import type { Rim } from '../../cli/rim.ts';
import { inPlace, openDesk, readTask, type Desk } from '../desk.ts';
import { voidStale } from '../freshness.ts';
import type { WriteOptions } from '../options.ts';
import { answer, printLines, warn } from '../output.ts';
import { eventLine, taskTable } from '../render.ts';
import { taskText } from '../task-text.ts';

/** Of what was done; `recent` has all. */
const shownEvents = 20;

export async function showTask(rim: Rim, id: string, options: WriteOptions): Promise<number> {
  using desk = await openDesk(rim, options);
  const task = await voidStale(rim, desk, { task: await readTask(desk, id), options });
  const recent = await desk.store.recent(id, shownEvents, doneEvents);
  const handOvers = (await desk.store.resumeQueue.list()).filter(({ taskId }) => taskId === id);
  answer(rim, options, taskView(task, rim.now()), () => taskText(task, { now: rim.now(), recent, handOvers }));
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
  using desk = await openDesk(rim, options);
  let page = await readPage(rim, desk, options);
  if (options.json === true) {
    const print = () =>
      printLines(
        rim,
        page.data.map((task) => taskSummary(task, rim.now())),
        options.all === true ? undefined : page.next,
      );
    print();
    while (options.all === true && page.next !== undefined) {
      page = await readPage(rim, desk, { ...options, cursor: page.next });
      print();
    }
    return 0;
  }
  const tasks: Task[] = [...page.data];
  while (options.all === true && page.next !== undefined) {
    page = await readPage(rim, desk, { ...options, cursor: page.next });
    tasks.push(...page.data);
  }
  rim.stdout.write(`${taskTable(tasks, rim.now())}\n`);
  if (page.next !== undefined) say(rim, `More: the same with --cursor ${page.next}`);
  return 0;
}

async function readPage(rim: Rim, desk: Desk, options: ListOptions) {
  const { state, project, archived, limit, cursor } = options;
  // One that is broken must not hide the others.
  const onUnreadable = ({ message }: Error) => warn(rim, options, inPlace(desk, message));
  return await desk.store.list(
    {
      ...(state === undefined ? {} : { state }),
      ...(project === undefined ? {} : { project: resolve(rim.cwd, project) }),
      ...(archived === true ? { archived } : {}),
    },
    { limit, onUnreadable, ...(cursor === undefined ? {} : { cursor }) },
  );
}

export async function recentEvents(
  rim: Rim,
  id: string,
  options: CommonOptions & { readonly limit: number },
): Promise<number> {
  using desk = await openDesk(rim, options);
  await readTask(desk, id);
  const events = await desk.store.recent(id, options.limit);
  if (options.json === true) printLines(rim, events.map(taskEventView));
  else rim.stdout.write(`${events.map(eventLine).join('\n')}\n`);
  return 0;
}
