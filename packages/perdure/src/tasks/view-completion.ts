/** On what a task was completed, in words. Pure. */

import type { Task } from '@perdure/contract';
import { isForced, reservations } from '@perdure/tasks';
import { oneLine } from '../text/format.ts';

export function completionText(task: Task): string {
  const { task_id: id, done_criteria: criteria } = task;
  const isProved = !isForced(task) && criteria.length > 0;
  const head = `Completed ${id}${isProved ? ': every criterion has evidence that holds' : ''}.`;
  return [head, ...reservations(task).map((sentence) => oneLine(sentence, 300))].join('\n');
}
