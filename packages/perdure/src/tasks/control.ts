/**
 * `perdure task control`, `pause`, `stop`, `resume`, `steer`, `edit`, `note`, and `boundary`, where the agent at work
 * hears of them.
 */

import { PerdureError, type ControlIntent } from '@perdure/contract';
import { controlTask, passBoundary } from '@perdure/tasks';
import type { Rim } from '../cli/rim.ts';
import { printable } from '../text/format.ts';
import { givenText } from '../cli/given-text.ts';
import { openTasks } from './open-tasks.ts';
import type { WriteOptions } from './write-flags.ts';
import { printData } from '../cli/output.ts';
import { parseTaskId, parseText } from './parse.ts';
import { orThrow } from './refusal.ts';
import { writerOf } from './writer.ts';

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
  const { kind, task } = orThrow(tasks, await controlTask(tasks, writerOf(rim, options), request));
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

const meanings = { go_on: 'Go on.', pause: 'Pause.', stop: 'Stop.' } as const;

export async function boundaryOfTask(rim: Rim, id: string, options: WriteOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const outcome = await passBoundary(tasks, writerOf(rim, options), { taskId: parseTaskId(id) });
  const { task, answer: report } = orThrow(tasks, outcome);
  const data = { task_id: id, ...report, desired_state: task.desired_state, revision: task.revision };
  printData(rim, options, data, () =>
    [
      `${meanings[report.answer]} ${report.note}`.trimEnd(),
      ...report.steering.map(({ intent, message, isNew }) => `${isNew ? 'New' : 'Still'} ${intent}: ${message}`),
      ...report.open_actions.map((action) => `Action ${action} is started and not ended.`),
      ...report.void_criteria.map((criterion) => `The evidence of criterion ${criterion} is void.`),
    ]
      .map(printable)
      .join('\n'),
  );
  return 0;
}
