/**
 * The part of the fold that knows who did the work: whoever ever held the lease, and agents that worked without one.
 * None of them is the second agent that accepts it.
 */

import type { Lease, Task } from '@perdure/contract';
import { isHuman, nameless } from './actors.ts';

export function withHolder(task: Task, lease: Lease): Task {
  return { ...task, lease, workers: including(task.workers, lease.holder) };
}

/** A person who notes what was done is none. */
export function withWorker(task: Task, name: string): Task {
  if (isHuman(name) || name === nameless) return task;
  const workers = including(task.workers, name);
  return workers === task.workers ? task : { ...task, workers };
}

function including(names: string[], name: string): string[] {
  return names.includes(name) ? names : [...names, name];
}
