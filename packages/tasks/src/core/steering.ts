/**
 * What is said to whoever works on a task: kept until it was told, in the order in which it came. A `steer` or an
 * `edit` stands after that, for the agent may lose its memory, until somebody takes it back or says that it was heeded.
 * A note, or a word with a resume, is told at one more boundary and then goes: the answer that told it first may never
 * have arrived.
 */

import { compact, type Control, type Steering, type Task } from '@perdure/contract';
import type { TaskEventBody } from './events.ts';

type ControlReceipt = Extract<TaskEventBody, { readonly type: 'user_control_received' }>['data'];
type ControlTelling = Extract<TaskEventBody, { readonly type: 'controls_told' }>['data'];

/** The words of a control that took effect: the operator's where it ends the work, else what the agent is to heed. */
export function heard(task: Task, { control: received, untold: marker }: ControlReceipt): Task {
  const { intent, message } = received;
  const isUntold = marker === true;
  if (intent === 'pause' || intent === 'stop') {
    const halts = [...task.halts, { by: received.by, at: received.at }];
    return { ...task, operator_note: haltNote(task, message), halts };
  }
  if (message.trim() === '') return task;
  // An older version kept the newest word alone, and told it at every boundary.
  const others = task.steering.filter((one) => one.intent !== intent || one.message !== message);
  const before = isUntold ? others : [];
  const { words_said, control } = numbered(task, received);
  return { ...task, words_said, steering_note: message, steering: [...before, { ...control, told: !isUntold }] };
}

/** One more that waits for a boundary. */
export function queued(task: Task, deferred: Control): Task {
  const { words_said, control } = numbered(task, deferred);
  return { ...task, words_said, inbox: [...task.inbox, control] };
}

/** One that has waited keeps its number; any other gets the next. */
function numbered({ words_said, inbox }: Task, control: Control): Pick<Task, 'words_said'> & { control: Control } {
  const waiting = inbox.find(({ id }) => id === control.id);
  if (waiting !== undefined) return { words_said, control: waiting };
  return { words_said: words_said + 1, control: { ...control, number: words_said + 1 } };
}

/** Words that came with the task, as by an import: their numbers count from here. */
export function withNumbers(task: Task): Task {
  const steering = task.steering.map((one, index) => ({ ...one, number: index + 1 }));
  const inbox = task.inbox.map((one, index) => ({ ...one, number: steering.length + index + 1 }));
  return { ...task, steering, inbox, words_said: steering.length + inbox.length };
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

/** A word as the log tells of it again. */
export function wordsOf({ id, intent, message, number }: Control) {
  return { id, intent, message, ...compact({ number }) };
}

/** Whether words of this kind are told again and again. */
export function stands(intent: Control['intent']): boolean {
  return intent === 'steer' || intent === 'edit';
}

/** Every word there is: those in effect, and those that wait. */
export function keptWords({ steering, inbox }: Pick<Task, 'steering' | 'inbox'>): readonly Control[] {
  return [...steering, ...inbox];
}

/** Of a task that rests already, a further pause or stop adds its words to those that are there. */
function haltNote({ desired_state: state, operator_note: note }: Task, message: string): string {
  if (message.trim() === '') return state === 'running' ? '' : note;
  const isAdded = state !== 'running' && note !== '' && note !== message;
  return isAdded ? `${note}\n${message}` : message;
}
