/**
 * `perdure task control`, `pause`, `stop`, `resume`, `steer`, `edit` and `note`: what is asked of the agent at work.
 */

import { compact, PerdureError, type ControlIntent } from '@perdure/contract';
import { controlTask } from '@perdure/tasks';
import { givenText } from '../cli/given-text.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { printable } from '../text/format.ts';
import { openTasks, writeOrThrow, writerOn } from './open-tasks.ts';
import { parseTaskId, parseText } from './parse.ts';
import { orThrow } from './refusal.ts';
import { setIn, wordNumber } from './view-words.ts';
import type { WriteOptions } from './write-flags.ts';

export interface ControlOptions extends WriteOptions {
  readonly unsafeNow?: string;
  readonly safeBoundaryOnly?: boolean;
  /** Numbers of words that are taken back. */
  readonly withdraw?: readonly number[];
}

export interface ControlWords {
  readonly id: string;
  readonly intent: ControlIntent;
  readonly message?: string;
}

export async function askOfTask(rim: Rim, words: ControlWords, options: ControlOptions): Promise<number> {
  const { id, intent } = words;
  if (options.withdraw !== undefined) return await withdraw(rim, words, { ...options, withdraw: options.withdraw });
  const message = parseText(await givenText(rim, words.message ?? ''), 'The message', 10_000);
  if (message.trim() === '' && ['steer', 'edit', 'note'].includes(intent)) {
    throw new PerdureError('usage', `\`${intent}\` needs a message; say what is to be heeded.`);
  }
  const { unsafeNow, safeBoundaryOnly } = options;
  using tasks = await openTasks(rim, options);
  const when = safeBoundaryOnly === true ? 'boundary' : 'now';
  const unsafeReason = unsafeNow === undefined ? undefined : parseText(unsafeNow, '--unsafe-now', 1_000);
  const request = { taskId: parseTaskId(id), intent, message, when, unsafeReason } as const;
  const { kind, task, number } = orThrow(
    tasks,
    await controlTask(tasks, await writerOn(rim, tasks, { id, options }), request),
  );
  const deferred = kind === 'waits';
  const data = {
    task_id: id,
    intent,
    boundary: deferred ? 'deferred' : 'immediate',
    desired_state: task.desired_state,
    waiting: task.inbox.length,
    ...compact({ word: number, unsafe_reason: unsafeReason }),
    revision: task.revision,
  };
  printData(rim, options, data, () =>
    deferred
      ? `Waits for the next safe boundary: ${intent}${wordNumber(number)}${reasonText(unsafeReason)} (${task.inbox.length} waiting); the task is ${task.desired_state}.`
      : `Done: ${intent}${wordNumber(number)}; the task is ${task.desired_state}.`,
  );
  return 0;
}

function reasonText(reason: string | undefined): string {
  return reason === undefined ? '' : `, for it is unsafe now: ${printable(reason)}`;
}

/** What was said counts no longer. */
async function withdraw(
  rim: Rim,
  { id, message }: ControlWords,
  options: ControlOptions & Required<Pick<ControlOptions, 'withdraw'>>,
): Promise<number> {
  if (message !== undefined) {
    throw new PerdureError('usage', 'Either words, or --withdraw with the numbers of those that count no longer.');
  }
  using tasks = await openTasks(rim, options);
  const command = { type: 'settle_words', numbers: options.withdraw, how: 'withdrawn' } as const;
  const { task, events } = await writeOrThrow(rim, tasks, { id, command, options });
  const withdrawn = events.flatMap((event) => (event.type === 'controls_settled' ? event.data.controls : []));
  printData(rim, options, { task_id: id, withdrawn, revision: task.revision }, () =>
    withdrawn
      .map((word) => `Withdrawn: ${word.intent}${wordNumber(word.number)}: ${printable(setIn(word.message))}`)
      .join('\n'),
  );
  return 0;
}
