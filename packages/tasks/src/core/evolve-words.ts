/** The part of the fold that knows what is said to whoever works: what waits, what was told, what is told no more. */

import type { Control, Task } from '@perdure/contract';
import type { TaskEvent } from './events.ts';
import { settleReconcile } from './evolve-actions.ts';
import { afterTelling, heard, queued } from './steering.ts';

type WordEvent = Extract<TaskEvent, { readonly type: `user_control_${string}` | `controls_${string}` }>;

export function afterWords(task: Task, event: WordEvent): Task {
  switch (event.type) {
    case 'user_control_received':
      return heard(task, event.data);
    case 'user_control_deferred':
      return settleReconcile(queued(task, event.data.control));
    case 'user_control_applied':
      return settleReconcile(withoutControl(heard(task, event.data), event.data.control));
    case 'controls_told':
      return { ...task, steering: afterTelling(task.steering, event.data) };
    default:
      return settleReconcile(withoutWords(task, event.data.controls));
  }
}

function withoutWords(task: Task, words: readonly Pick<Control, 'id'>[]): Task {
  const isOther = ({ id }: Pick<Control, 'id'>) => !words.some((word) => word.id === id);
  return { ...task, steering: task.steering.filter(isOther), inbox: task.inbox.filter(isOther) };
}

function withoutControl(task: Task, control: Control): Task {
  return { ...task, inbox: task.inbox.filter(({ id }) => id !== control.id) };
}
