/**
 * What is said to whoever works on a task: kept until it was told, in the order in which it came. A `steer` or an
 * `edit` stands after that, for the agent may lose its memory, until somebody takes it back or says that it was heeded.
 * A note, or a word with a resume, is told at one more boundary and then goes: the answer that told it first may never
 * have arrived.
 */

import type { Control, Steering, Task } from '@perdure/contract';
import type { TaskEventBody } from './events.ts';

type ControlReceipt = Extract<TaskEventBody, { readonly type: 'user_control_received' }>['data'];
type ControlTelling = Extract<TaskEventBody, { readonly type: 'controls_told' }>['data'];

/** The words of a control that took effect: the operator's where it ends the work, else what the agent is to heed. */
export function heard(task: Task, { control, untold: marker }: ControlReceipt): Task {
  const { intent, message } = control;
  const isUntold = marker === true;
  if (intent === 'pause' || intent === 'stop') return { ...task, operator_note: haltNote(task, message) };
  if (message.trim() === '') return task;
  // An older version kept the newest word alone, and told it at every boundary.
  const others = task.steering.filter((one) => one.intent !== intent || one.message !== message);
  const before = isUntold ? others : [];
  return { ...task, steering_note: message, steering: [...before, { ...control, told: !isUntold }] };
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
  return left.map((one) => (heardNow.has(one.id) ? { ...one, told: true } : one));
}

function wordsOf({ id, intent, message }: Steering): Pick<Control, 'id' | 'intent' | 'message'> {
  return { id, intent, message };
}

/** Whether words of this kind are told again and again. */
export function stands(intent: Control['intent']): boolean {
  return intent === 'steer' || intent === 'edit';
}

/** Every word there is, in the order in which people number them, from 1: those in effect, and those that wait. */
export function numberedWords({ steering, inbox }: Pick<Task, 'steering' | 'inbox'>): readonly Control[] {
  return [...steering, ...inbox];
}

/** Of a task that rests already, a further pause or stop adds its words to those that are there. */
function haltNote({ desired_state: state, operator_note: note }: Task, message: string): string {
  if (message.trim() === '') return state === 'running' ? '' : note;
  const isAdded = state !== 'running' && note !== '' && note !== message;
  return isAdded ? `${note}\n${message}` : message;
}
