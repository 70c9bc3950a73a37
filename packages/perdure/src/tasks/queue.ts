/** `perdure task queue`: what was handed over, for whoever begins afresh. */

import { isoTime, type ResumeItem } from '@perdure/tasks';
import { givenText } from '../cli/given-text.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { oneLine, printable } from '../text/format.ts';
import { openTasks } from './open-tasks.ts';
import { parseLine, parseTaskId, parseText } from './parse.ts';

export async function listQueue(rim: Rim, options: CommonOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const items = await tasks.store.resumeQueue.list();
  printData(rim, options, { count: items.length, items: items.map(itemView) }, () =>
    items.length === 0 ? 'Nothing was handed over.' : items.map(itemText).join('\n'),
  );
  return 0;
}

export async function popQueue(rim: Rim, id: string | undefined, options: CommonOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const item = await tasks.store.resumeQueue.pop(id === undefined ? undefined : parseTaskId(id));
  const data = item === undefined ? { status: 'empty' } : { status: 'popped', item: itemView(item) };
  printData(rim, options, data, () => (item === undefined ? 'Nothing was handed over.' : wholeItem(item)));
  return 0;
}

export async function clearQueue(rim: Rim, options: CommonOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const count = await tasks.store.resumeQueue.clear();
  printData(rim, options, { status: 'cleared', count }, () => `Cleared ${count}.`);
  return 0;
}

export interface AddOptions extends CommonOptions {
  readonly title: string;
  readonly context: string;
  readonly task?: string;
  readonly session?: string;
}

export async function addToQueue(rim: Rim, options: AddOptions): Promise<number> {
  const words = {
    taskId: options.task === undefined ? null : parseTaskId(options.task),
    title: parseLine(options.title, '--title', 200),
    context: parseText(await givenText(rim, options.context), '--context', 30_000),
    source: 'command',
    session: parseLine(options.session ?? '', '--session', 200),
    createdAt: rim.now(),
  };
  using tasks = await openTasks(rim, options);
  const item: ResumeItem = { id: tasks.newId(), ...words };
  const { kind, dropped } = await tasks.store.resumeQueue.add(item);
  printData(
    rim,
    options,
    { status: kind, item: itemView(item), dropped: dropped.map(itemView) },
    () => `Handed over (${kind}).`,
  );
  return 0;
}

/** As programs are shown it, in the words of all other answers. */
function itemView({ taskId, createdAt, ...item }: ResumeItem) {
  return { ...item, task_id: taskId, created_at: isoTime(createdAt) };
}

/** It leaves the queue, so it is told whole. */
function wholeItem({ taskId, title, context, createdAt }: ResumeItem): string {
  return printable(`${isoTime(createdAt)} ${taskId ?? 'no task'}: ${title}\n${context}`);
}

function itemText({ taskId, title, context, createdAt }: ResumeItem): string {
  return `${isoTime(createdAt)} ${taskId ?? 'no task'}: ${oneLine(title, 100)}: ${oneLine(context, 300)}`;
}
