/** `perdure task control`, `pause`, `stop`, `resume`, `steer`, `edit`, `note`, and `boundary`, where the agent at work hears of them. */

import { randomUUID } from 'node:crypto';
import { PerdureError, type ControlIntent } from '@perdure/contract';
import { boundaryAnswer } from '@perdure/tasks';
import type { Rim } from '../../cli/rim.ts';
import { printable } from '../../render/format.ts';
import { openDesk, write } from '../desk.ts';
import { givenText } from '../given.ts';
import type { WriteOptions } from '../options.ts';
import { answer } from '../output.ts';
import { parseText } from '../parse.ts';

export interface ControlOptions extends WriteOptions {
  readonly unsafeNow?: string;
  readonly safeBoundaryOnly?: boolean;
}

export interface ControlRequest {
  readonly id: string;
  readonly intent: ControlIntent;
  readonly message?: string;
}

export async function controlTask(rim: Rim, request: ControlRequest, options: ControlOptions): Promise<number> {
  const { id, intent } = request;
  const message = parseText(await givenText(rim, request.message ?? ''), 'The message', 10_000);
  if (message.trim() === '' && ['steer', 'edit', 'note'].includes(intent)) {
    throw new PerdureError('usage', `\`${intent}\` needs a message; say what is to be heeded.`);
  }
  const { unsafeNow, safeBoundaryOnly } = options;
  using desk = await openDesk(rim, options);
  const command = {
    type: 'control',
    controlId: randomUUID(),
    intent,
    message,
    when: safeBoundaryOnly === true ? 'boundary' : 'now',
    ...(unsafeNow === undefined ? {} : { unsafeReason: parseText(unsafeNow, '--unsafe-now', 1_000) }),
  } as const;
  const { task, events } = await write(rim, desk, { id, command, options });
  const deferred = events.some(({ type }) => type === 'user_control_deferred');
  const data = {
    task_id: id,
    intent,
    boundary: deferred ? 'deferred' : 'immediate',
    desired_state: task.desired_state,
    waiting: task.inbox.length,
    revision: task.revision,
  };
  answer(rim, options, data, () =>
    deferred
      ? `Waits for the next safe boundary: ${intent} (${task.inbox.length} waiting); the task is ${task.desired_state}.`
      : `Done: ${intent}; the task is ${task.desired_state}.`,
  );
  return 0;
}

const words = { go_on: 'Go on.', pause: 'Pause.', stop: 'Stop.' } as const;

export async function passBoundary(rim: Rim, id: string, options: WriteOptions): Promise<number> {
  using desk = await openDesk(rim, options);
  const { task, events } = await write(rim, desk, { id, command: { type: 'boundary' }, options });
  const told = boundaryAnswer(task, events);
  const data = { task_id: id, ...told, desired_state: task.desired_state, revision: task.revision };
  answer(rim, options, data, () =>
    [
      `${words[told.answer]} ${told.note}`.trimEnd(),
      ...told.steering.map(({ intent, message, isNew }) => `${isNew ? 'New' : 'Still'} ${intent}: ${message}`),
      ...told.open_actions.map((action) => `Action ${action} is started and not ended.`),
      ...told.void_criteria.map((criterion) => `The evidence of criterion ${criterion} is void.`),
    ]
      .map(printable)
      .join('\n'),
  );
  return 0;
}
