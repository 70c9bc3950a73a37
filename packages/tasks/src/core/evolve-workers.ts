/**
 * The part of the fold that knows who did the work: whoever ever held the lease, and agents that worked without one.
 * None of them is the second agent that accepts it.
 */

import type { HolderProcess, Lease, Task } from '@perdure/contract';
import { isHuman, nameless } from './actors.ts';

export function withHolder(task: Task, lease: Lease): Task {
  const { process } = lease;
  const worker_processes = process === undefined ? task.worker_processes : withProcess(task, process);
  return { ...task, lease, workers: including(task.workers, lease.holder), worker_processes };
}

/** More harnesses than anybody hands a task around in; those before are long gone. */
const mostProcesses = 50;

function withProcess({ worker_processes: known }: Task, process: HolderProcess): HolderProcess[] {
  return [...known.filter((one) => !isSame(one, process)), process].slice(-mostProcesses);
}

/** Whether what calls is a process that worked on the task. */
export function isWorkerProcess({ worker_processes: known }: Task, process: HolderProcess | undefined): boolean {
  return process !== undefined && known.some((one) => isSame(one, process));
}

function isSame(one: HolderProcess, other: HolderProcess): boolean {
  return one.pid === other.pid && one.started_at === other.started_at && one.machine === other.machine;
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
