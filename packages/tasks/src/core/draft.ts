/** A decision in the making whose later steps depend on its earlier ones: each event is folded in as it is added. */

import type { Task } from '@perdure/contract';
import type { CommandContext } from './commands.ts';
import type { TaskEventBody } from './events.ts';
import { evolve } from './evolve.ts';

export interface Draft {
  /** The task with everything that was added so far. */
  readonly task: Task;
  readonly events: readonly TaskEventBody[];
  add(event: TaskEventBody): void;
}

export function draftOf(before: Task, context: CommandContext): Draft {
  let task = before;
  const events: TaskEventBody[] = [];
  return {
    get task() {
      return task;
    },
    events,
    add(event) {
      events.push(event);
      task = evolve(task, { ...event, seq: task.revision + 1, at: context.now, actor: context.actor });
    },
  };
}
