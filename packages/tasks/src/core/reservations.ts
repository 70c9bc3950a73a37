/** What must not go unseen of how a task was completed, in words: wherever tasks are listed or shown. */

import type { Task } from '@perdure/contract';
import { isForced, isMetFailing } from './gate.ts';

/** After the state in a list; empty for a task of which there is nothing to say. */
export function markOf(task: Task): string {
  if (task.override !== null) return isForced(task) ? ', forced' : ', forced once';
  if (task.dropped_criteria.length > 0) return ', criteria taken back';
  return task.desired_state === 'completed' && task.done_criteria.length === 0 ? ', nothing proved' : '';
}

/** What somebody should know who relies on it, a sentence each. */
export function reservations(task: Task): readonly string[] {
  const { override, dropped_criteria: dropped, done_criteria: criteria, evidence } = task;
  const failing = criteria.map((_, index) => index + 1).filter((criterion) => isMetFailing(task, criterion));
  const outside = evidence.filter(({ kind, outside_project: isOutside }) => kind === 'check' && isOutside === true);
  return [
    ...forceOf(task, override),
    ...(criteria.length === 0 ? ['It has no done criteria, so nothing is proved.'] : []),
    ...dropped.map(({ text, by }) => `Taken back by ${by}, and not proved: ${text}`),
    ...failing.map((criterion) => `Criterion ${criterion} is accepted as failing before the work.`),
    ...outside.map(
      ({ criterion, cwd = '' }) => `The check of criterion ${criterion} ran outside of the project, in ${cwd}.`,
    ),
  ];
}

function forceOf(task: Task, override: Task['override']): readonly string[] {
  if (override === null) return [];
  const which = isForced(task) ? 'It was completed by force' : 'An earlier completion was forced';
  return [`${which}: ${override.reason} (${override.by}).`];
}
