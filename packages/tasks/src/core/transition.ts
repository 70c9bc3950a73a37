/** The guard in front of the transition table, and the events by which its arrows are recorded. */

import {
  isTaskClosed,
  nextTaskState,
  taskTransitions,
  type Task,
  type TaskAction,
  type TaskState,
} from '@perdure/contract';
import { refuse } from './answers.ts';
import type { TaskEventBody } from './events.ts';
import type { Refusal } from './ports.ts';

/** A change of state. */
export type StateEvent = Extract<TaskEventBody, { readonly data: { readonly state: TaskState } }>;

const eventOfAction = {
  pause: 'pause_requested',
  stop: 'stop_requested',
  resume: 'resume_started',
  complete: 'task_completed',
  fail: 'task_failed',
  reopen: 'task_reopened',
} as const satisfies Record<TaskAction, StateEvent['type']>;

/** The event of an arrow of the table, or a refusal that says which arrows there are. */
export function move(
  task: Task,
  action: TaskAction,
  extra: Omit<StateEvent['data'], 'state'> = {},
): { readonly kind: 'moved'; readonly event: TaskEventBody } | Refusal {
  const state = nextTaskState(task.desired_state, action);
  if (state === undefined) return impossible(task, action);
  return { kind: 'moved', event: { type: eventOfAction[action], data: { state, ...extra } } };
}

/** What the table does not allow, and what it does. */
export function impossible(task: Task, wanted: string): Refusal {
  const possible = Object.keys(taskTransitions[task.desired_state]);
  const way = isTaskClosed(task.desired_state)
    ? `; where it is to go on after all: \`perdure task reopen ${task.task_id} "<why>"\`.`
    : '.';
  const message = `Task ${task.task_id} is ${task.desired_state}, so \`${wanted}\` is not possible; possible now: ${possible.join(', ')}${way}`;
  return refuse('conflict', message, { state: task.desired_state, possible });
}
