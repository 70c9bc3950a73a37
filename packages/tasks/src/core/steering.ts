/**
 * What is said to whoever works on a task: kept until it was told, in the order in which it came. A `steer` or an
 * `edit` stands after that, for the agent may lose its memory. A note, or a word with a resume, is told at one more
 * boundary and then goes: the answer that told it first may never have arrived.
 */

import type { Control, Steering, Task } from '@perdure/contract';
import type { TaskEventBody } from './events.ts';

/** How many that were told stand: the newest, the log has them all. */
const mostStanding = 5;

type ControlReceipt = Extract<TaskEventBody, { readonly type: 'user_control_received' }>['data'];
type ControlTelling = Extract<TaskEventBody, { readonly type: 'controls_told' }>['data'];

/** The words of a control that took effect: the operator's where it ends the work, else what the agent is to heed. */
export function heard(task: Task, { control, untold: marker }: ControlReceipt): Task {
  const { intent, message } = control;
  const isUntold = marker === true;
  if (intent === 'pause' || intent === 'stop') return { ...task, operator_note: message };
  if (message.trim() === '') return task;
  // An older version kept the newest word alone, and told it at every boundary.
  const others = task.steering.filter((one) => one.intent !== intent || one.message !== message);
  const before = isUntold ? others : [];
  return { ...task, steering_note: message, steering: withinLimit([...before, { ...control, told: !isUntold }]) };
}

/** What nobody who works has heard yet. */
export function untold({ steering }: Task): readonly Steering[] {
  return steering.filter(({ told }) => !told);
}

/** What a boundary tells for the first time, and what it tells again before it goes; undefined: nothing of either. */
export function toTell(task: Task): ControlTelling | undefined {
  const controls = untold(task).map(wordsOf);
  const again = task.steering.filter(({ told, intent }) => told && !stands(intent)).map(wordsOf);
  if (controls.length + again.length === 0) return undefined;
  return again.length === 0 ? { controls } : { controls, again };
}

export function afterTelling(steering: readonly Steering[], { controls, again = [] }: ControlTelling): Steering[] {
  const left = steering.filter(({ id }) => !again.some((one) => one.id === id));
  const heardNow = new Set(controls.map(({ id }) => id));
  return withinLimit(left.map((one) => (heardNow.has(one.id) ? { ...one, told: true } : one)));
}

function wordsOf({ id, intent, message }: Steering): Pick<Control, 'id' | 'intent' | 'message'> {
  return { id, intent, message };
}

function stands(intent: Control['intent']): boolean {
  return intent === 'steer' || intent === 'edit';
}

function withinLimit(steering: readonly Steering[]): Steering[] {
  const standing = steering.filter(({ told, intent }) => told && stands(intent));
  const old = new Set(standing.slice(0, Math.max(0, standing.length - mostStanding)));
  return steering.filter((one) => !old.has(one));
}
