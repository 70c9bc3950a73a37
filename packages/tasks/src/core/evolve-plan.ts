/** The part of the fold that keeps the plan, and what is reported of it. */

import type { Task } from '@perdure/contract';
import type { TaskEvent } from './events.ts';
import { withCriteria } from './evolve-evidence.ts';

type Data<Type extends TaskEvent['type']> = Extract<TaskEvent, { readonly type: Type }>['data'];

export function updated(
  task: Task,
  changes: Data<'task_updated'>['changes'],
  stamp: { readonly at: string; readonly by: string },
): Task {
  const { budget, ...fields } = changes;
  const evidence =
    fields.done_criteria === undefined
      ? task.evidence
      : withCriteria(task.evidence, { before: task.done_criteria, after: fields.done_criteria });
  const dropped_criteria = droppedCriteria(task, fields.done_criteria, stamp);
  return { ...task, ...fields, evidence, dropped_criteria, budget: { ...task.budget, ...budget } };
}

/** What was to be proved once stays to be seen, until it is to be proved again. */
function droppedCriteria(
  { done_criteria: before, dropped_criteria: dropped }: Task,
  after: readonly string[] | undefined,
  { at, by }: { readonly at: string; readonly by: string },
): Task['dropped_criteria'] {
  if (after === undefined) return dropped;
  const gone = before.filter((text) => !after.includes(text)).map((text) => ({ text, by, at }));
  return [...dropped.filter(({ text }) => !after.includes(text)), ...gone];
}

export function reported(task: Task, data: Data<'status_reported'>, at: string): Task {
  const { phase = task.phase, health = task.health, next_step = task.next_step, tokens = 0 } = data;
  const budget = { ...task.budget, tokens_used: task.budget.tokens_used + tokens };
  return { ...task, phase, health, next_step, budget, last_status_update_at: at };
}

export function replaced<Item extends { readonly id: string }>(items: readonly Item[], item: Item): Item[] {
  const isKnown = items.some(({ id }) => id === item.id);
  return isKnown ? items.map((other) => (other.id === item.id ? item : other)) : [...items, item];
}
