/** A task with a log that really folds to it, as the store would hand both to the rim. */

import type { Task } from '@perdure/contract';
import type { TaskEvent, TaskEventBody } from '../../src/core/events.ts';
import { evolve } from '../../src/core/evolve.ts';
import { newTask as createdTask, start } from '../core/fixtures.ts';

export const begin = start;

export function newTask(changes: Partial<Task> = {}): Task {
  const made = createdTask({ title: 'Ship it', goal: 'It is shipped.', done_criteria: ['the tests pass'] });
  return { ...made, task_id: 'alpha', ...changes };
}

export interface Commit {
  readonly task: Task;
  readonly events: readonly TaskEvent[];
}

export interface TaskLog {
  readonly events: readonly TaskEvent[];
  readonly task: () => Task;
  /** Adds these a second later. */
  readonly commit: (...bodies: readonly TaskEventBody[]) => Commit;
  readonly report: (message: string) => Commit;
  /** As the store reads them, some at a time. */
  readonly read: (after: number) => Promise<readonly TaskEvent[]>;
}

export function createLog(first: Task = newTask(), { pageSize = 100 } = {}): TaskLog {
  const events: TaskEvent[] = [];
  let task: Task | undefined;
  const commit = (...bodies: readonly TaskEventBody[]): Commit => {
    const added = bodies.map((body, index): TaskEvent => {
      const seq = events.length + 1 + index;
      return { ...body, seq, at: begin + seq * 1_000, actor: 'agent' };
    });
    for (const event of added) task = evolve(task, event);
    events.push(...added);
    return { task: task ?? first, events: added };
  };
  commit({ type: 'task_created', data: { task: first } });
  return {
    events,
    task: () => task ?? first,
    commit,
    report: (message) => commit({ type: 'status_reported', data: { message } }),
    read: async (after) => events.filter(({ seq }) => seq > after).slice(0, pageSize),
  };
}
