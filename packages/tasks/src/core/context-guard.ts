/** The context guard: an agent whose context fills up prepares, then hands over while it still can. */

import type { Task } from '@perdure/contract';
import type { ResumeItem } from './ports.ts';

export const prepareAtPercent = 45;
export const handOverAtPercent = 50;

/** What an agent whose context is `percent` full should do. */
export function contextLevel(percent: number): 'none' | 'prepare' | 'hand_over' {
  if (percent >= handOverAtPercent) return 'hand_over';
  return percent >= prepareAtPercent ? 'prepare' : 'none';
}

/**
 * What goes into the resume queue, if it is time. It names neither the percentage nor a time: the queue knows an item
 * again by its text, so a second hand-over of the same state refreshes the first. A task that somebody halted has
 * nothing to hand over.
 */
export function handOver(
  task: Task,
  percent: number,
): Pick<ResumeItem, 'taskId' | 'title' | 'context' | 'source'> | undefined {
  if (contextLevel(percent) !== 'hand_over' || !task.handed_over) return undefined;
  const facts: readonly (readonly [string, string])[] = [
    ['Goal', task.goal],
    ['Last verified step', task.last_verified_step],
    ['Next step', task.next_step],
    ...task.steering.map(({ intent, message }) => [intent, message] as const),
  ];
  const context = facts.flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`])).join('\n');
  return { taskId: task.task_id, title: task.title, context, source: 'context_guard' };
}
