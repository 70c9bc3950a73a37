/** What `continue` says before the brief. Words that are told here alone are never cut. Pure. */

import type { Task } from '@perdure/contract';
import {
  hiddenLines,
  type Classification,
  type Heed,
  type RankedTask,
  type ResumeItem,
  type TaskChoice,
  type TaskEvent,
} from '@perdure/tasks';
import { oneLine, printable } from '../text/format.ts';
import { leaseLines } from './view-lines.ts';
import { heedLine, setIn } from './view-words.ts';

export interface ContinueReport {
  readonly choice: TaskChoice;
  readonly task: Task;
  readonly goesOn: boolean;
  readonly classification: Classification;
  readonly promotedFrom: string | null;
  /** Why it rested until now. */
  readonly note?: string;
  readonly token?: string;
  /** Whether that token was kept for the caller. */
  readonly isKept: boolean;
  /** It was the caller's and still is, though it does not go on. */
  readonly keepsLease?: boolean;
  readonly handOvers: readonly ResumeItem[];
  /** How much the answer had no room for. */
  readonly hidden: { readonly words: number; readonly handOvers: number };
  /** What it is told by this continue, or what stands. */
  readonly words: readonly Heed[];
  /** The newest work. */
  readonly recent: readonly TaskEvent[];
}

/** How many of the others are named. */
export const shownOthers = 3;

export function headLines(report: ContinueReport): string {
  const { why, others } = report.choice;
  const { class: name, action, reasons } = report.classification;
  const lines = [
    `Task ${report.task.task_id}: ${why}`,
    ...others.slice(0, shownOthers).map(otherLine),
    `Decision: ${action} (${name}; ${oneLine(reasons.join('; '), 300)})`,
    ...(report.promotedFrom === null
      ? []
      : [`It was ${report.promotedFrom}${report.note ? ` (${report.note})` : ''}, and runs again.`]),
    ...report.words.filter(({ isNew }) => isNew).map(heedLine),
    ...report.handOvers.map(({ context }) => `Handed over: ${setIn(context)}`),
    ...hiddenLines(report.task.task_id, report.hidden),
    ...(report.keepsLease === true ? ['You keep the lease you have.'] : []),
    ...(report.token === undefined ? [] : leaseLines(report.token, report)),
  ];
  return printable(lines.join('\n'));
}

/** What to do where nothing goes on and no brief is needed for it; undefined: read the brief. */
export function adviceFor({ task, goesOn, classification }: ContinueReport, homeFlag: string): string | undefined {
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
