/**
 * `perdure task control`, `pause`, `stop`, `resume`, `steer`, `edit` and `note`: what is asked of the agent at work.
 */

import { PerdureError, type ControlIntent } from '@perdure/contract';
import { controlTask } from '@perdure/tasks';
import { givenText } from '../cli/given-text.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { openTasks, writerOn } from './open-tasks.ts';
import { parseTaskId, parseText } from './parse.ts';
import { orThrow } from './refusal.ts';
import type { WriteOptions } from './write-flags.ts';

export interface ControlOptions extends WriteOptions {
  readonly unsafeNow?: string;
  readonly safeBoundaryOnly?: boolean;
}

export interface ControlWords {
  readonly id: string;
  readonly intent: ControlIntent;
  readonly message?: string;
}

export async function askOfTask(rim: Rim, words: ControlWords, options: ControlOptions): Promise<number> {
  const { id, intent } = words;
  const message = parseText(await givenText(rim, words.message ?? ''), 'The message', 10_000);
  if (message.trim() === '' && ['steer', 'edit', 'note'].includes(intent)) {
    throw new PerdureError('usage', `\`${intent}\` needs a message; say what is to be heeded.`);
  }
  const { unsafeNow, safeBoundaryOnly } = options;
  using tasks = await openTasks(rim, options);
  const when = safeBoundaryOnly === true ? 'boundary' : 'now';
  const unsafeReason = unsafeNow === undefined ? undefined : parseText(unsafeNow, '--unsafe-now', 1_000);
  const request = { taskId: parseTaskId(id), intent, message, when, unsafeReason } as const;
  const { kind, task } = orThrow(tasks, await controlTask(tasks, await writerOn(rim, tasks, { id, options }), request));
  const deferred = kind === 'waits';
  const data = {
    task_id: id,
    intent,
    boundary: deferred ? 'deferred' : 'immediate',
    desired_state: task.desired_state,
    waiting: task.inbox.length,
    revision: task.revision,
  };
  printData(rim, options, data, () =>
    deferred
      ? `Waits for the next safe boundary: ${intent} (${task.inbox.length} waiting); the task is ${task.desired_state}.`
      : `Done: ${intent}; the task is ${task.desired_state}.`,
  );
  return 0;
}
