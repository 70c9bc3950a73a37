/** One call of a script of the original: what it was given, and the tasks that it is about. */

import { PerdureError, taskIdPattern, type Task } from '@perdure/contract';
import type { Writer } from '@perdure/tasks';
import type { Rim } from '../cli/rim.ts';
import { openTasks, writerOn, type OpenOptions, type OpenTasks } from '../tasks/open-tasks.ts';
import type { Values } from './argument-parser.ts';

export interface Call {
  readonly rim: Rim;
  readonly tasks: OpenTasks;
  readonly options: OpenOptions;
  /** The sub-command, if the script has any. */
  readonly command: string;
  readonly values: Values;
  /** Told on stderr: stdout is for what the original prints. */
  readonly say: (sentence: string) => void;
}

/** What a script does; it answers what is to be printed, or what is wrong with how it was called. */
export type Handler = (call: Call) => Promise<string | Wrong>;

export interface Wrong {
  /** A sentence; the exit code is that of a command line that is wrong. */
  readonly wrong: string;
}

/** A caller of these knows of no lease. One that nothing is known of can be given none that it would find again. */
const namelessHolder = 'compat';

export function optionsOf(rim: Rim, home: string | undefined): OpenOptions {
  const place = home === undefined ? {} : { home };
  return rim.caller().lasting === undefined ? { ...place, holder: namelessHolder } : place;
}

export async function openCall(
  rim: Rim,
  { options, ...given }: Pick<Call, 'options' | 'command' | 'values' | 'say'>,
): Promise<Call & Disposable> {
  const tasks = await openTasks(rim, options);
  return { rim, tasks, options, ...given, [Symbol.dispose]: () => tasks[Symbol.dispose]() };
}

/** Whoever writes, with the lease that was kept for them, or with none. */
export async function writerFor({ rim, tasks, options }: Call, id: string): Promise<Writer> {
  return await writerOn(rim, tasks, { id, options });
}

/** The task that was named. */
export async function taskOf({ tasks }: Pick<Call, 'tasks'>, id: string): Promise<Task> {
  const task = taskIdPattern.test(id) ? await tasks.store.get(id) : undefined;
  if (task === undefined) throw new PerdureError('not_found', `task not found: ${id}`);
  return task;
}

/** A value that the parser says is there. */
export function textOf({ values }: Pick<Call, 'values'>, name: string): string {
  return optionalText({ values }, name) ?? '';
}

export function optionalText({ values }: Pick<Call, 'values'>, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}
