/** On what a task was completed, in words: what was forced, taken back or failing stays to be seen. Pure. */

import type { Task } from '@perdure/contract';
import { isForced, isMetFailing } from '@perdure/tasks';
import { oneLine } from '../text/format.ts';

/** What is said when it is done. */
export function completionText(task: Task): string {
  const { task_id: id } = task;
  if (isForced(task))
    return [`Completed ${id} by force; that and its reason stay visible.`, ...reservations(task)].join('\n');
  const head =
    task.done_criteria.length === 0
      ? `Completed ${id}: it has no done criteria, so nothing was proved.`
      : `Completed ${id}: every criterion has evidence that holds.`;
  return [head, ...reservations(task)].join('\n');
}

/** What somebody should know who relies on it. */
export function reservations(task: Task): readonly string[] {
  const { override, dropped_criteria: dropped, done_criteria: criteria, evidence } = task;
  const failing = criteria.map((_, index) => index + 1).filter((criterion) => isMetFailing(task, criterion));
  const outside = evidence.filter(({ kind, outside_project: isOutside }) => kind === 'check' && isOutside === true);
  return [
    ...(override === null || isForced(task)
      ? []
      : [`An earlier completion was forced: ${oneLine(override.reason, 200)} (${override.by}).`]),
    ...dropped.map(({ text, by }) => `Taken back by ${by}, and not proved: ${oneLine(text, 200)}`),
    ...failing.map((criterion) => `Criterion ${criterion} is accepted as failing before the work.`),
    ...outside.map(
      ({ criterion, cwd = '' }) =>
        `The check of criterion ${criterion} ran outside of the project, in ${oneLine(cwd, 300)}.`,
    ),
  ];
}
