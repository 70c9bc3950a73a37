/**
 * What is said to whoever works on a task: kept until it was told, in the order in which it came. A `steer` or an `edit` stands after
 * that, for the agent may lose its memory; a note, or a word with a resume, is told once.
 */

import type { Control, Steering, Task } from '@perdure/contract';

/** How many that were told stand: the newest, the log has them all. */
const mostStanding = 5;

/** The words of a control that took effect: the operator's where it ends the work, else what the agent is to heed. */
export function heard(task: Task, control: Control): Task {
  const { intent, message } = control;
  if (intent === 'pause' || intent === 'stop') return { ...task, operator_note: message };
  if (message.trim() === '') return task;
  return { ...task, steering_note: message, steering: withinLimit([...task.steering, { ...control, told: false }]) };
}

/** What nobody who works has heard yet. */
export function untold({ steering }: Task): readonly Steering[] {
  return steering.filter(({ told }) => !told);
}

export function afterTelling(steering: readonly Steering[], told: readonly Pick<Control, 'id'>[]): Steering[] {
  const ids = told.map(({ id }) => id);
  const left = steering.filter(({ id, intent }) => !ids.includes(id) || stands(intent));
  return withinLimit(left.map((one) => (ids.includes(one.id) ? { ...one, told: true } : one)));
}

function stands(intent: Control['intent']): boolean {
  return intent === 'steer' || intent === 'edit';
}

function withinLimit(steering: readonly Steering[]): Steering[] {
  const standing = steering.filter(({ told }) => told);
  const old = new Set(standing.slice(0, Math.max(0, standing.length - mostStanding)));
  return steering.filter((one) => !old.has(one));
}
