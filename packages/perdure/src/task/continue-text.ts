/** What `continue` says before the brief. Words that are told here alone are never cut. Pure. */

import type { Task } from '@perdure/contract';
import type { Classification, Heed, RankedTask, ResumeItem } from '@perdure/tasks';
import { oneLine, printable } from '../render/format.ts';
import { leaseLines } from './commands/release.ts';
import type { Chosen } from './choose-task.ts';

export interface Told {
  readonly task: Task;
  readonly goesOn: boolean;
  readonly classification: Classification;
  readonly promotedFrom: string | null;
  /** Why it rested until now. */
  readonly note?: string;
  readonly token?: string;
  /** It was the caller's and still is, though it does not go on. */
  readonly keepsLease?: boolean;
  readonly handOvers: readonly ResumeItem[];
  /** What it is told by this continue; absent: what stands. */
  readonly words?: readonly Heed[];
}

/** How many of the others are named. */
export const shownOthers = 3;

export function headLines({ why, others }: Chosen, told: Told): string {
  const { class: name, action, reasons } = told.classification;
  const lines = [
    `Task ${told.task.task_id}: ${why}`,
    ...others.slice(0, shownOthers).map(otherLine),
    `Decision: ${action} (${name}; ${oneLine(reasons.join('; '), 300)})`,
    ...(told.promotedFrom === null
      ? []
      : [`It was ${told.promotedFrom}${told.note ? ` (${told.note})` : ''}, and runs again.`]),
    ...(told.words ?? []).filter(({ isNew }) => isNew).map(({ intent, message }) => `New ${intent}: ${message}`),
    ...told.handOvers.map(({ context }) => `Handed over: ${context}`),
    ...(told.keepsLease === true ? ['You keep the lease you have.'] : []),
    ...(told.token === undefined ? [] : leaseLines(told.token)),
  ];
  return printable(lines.join('\n'));
}

/** What to do where nothing goes on and no brief is needed for it; undefined: read the brief. */
export function adviceFor({ task, goesOn, classification }: Told, homeFlag: string): string | undefined {
  if (goesOn) return undefined;
  const { task_id: id, operator_note: note } = task;
  switch (classification.action) {
    case 'stay_paused':
    case 'stay_stopped': {
      const why = note === '' ? '' : ` (${printable(note)})`;
      return `It rests${why}. When a person says so, it is woken by: perdure task continue ${id}${homeFlag}`;
    }
    case 'none':
    case 'manual_recovery':
      return `It is ${task.desired_state}; \`perdure task reopen ${id} "<why>"${homeFlag}\` opens it again.`;
    default:
      return undefined;
  }
}

function otherLine({ task, why }: RankedTask): string {
  return `Not ${task.task_id} (${oneLine(task.title, 60)}): ${why}`;
}
