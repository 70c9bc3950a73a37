/** What hooks say to the agent. Pure. */

import type { Task } from '@perdure/contract';
import { brief, renderBrief, type GateGap, type TaskEvent } from '@perdure/tasks';
import { oneLine, printable } from '../text/format.ts';

export interface Seen {
  readonly task: Task;
  readonly recent: readonly TaskEvent[];
  readonly now: number;
  readonly homeFlag: string;
}

/** `isOurs`: the session holds its lease, and has only forgotten what it was at. */
export function openingWords({ task, recent, now, homeFlag }: Seen, isOurs: boolean): string {
  const { task_id: id } = task;
  const head = isOurs
    ? `You are at work on the durable task ${id} and hold its lease. Ask first: perdure task boundary ${id}${homeFlag}`
    : `A durable task of this project is open: ${id}. Only if you are to go on with it: perdure task continue ${id}${homeFlag}`;
  return printable(`${head}\n\n${renderBrief(brief(task, { now, recent }))}`).trimEnd();
}

/** Of a task that a person wants to rest. */
export function restingWords({ task, homeFlag }: Pick<Seen, 'task' | 'homeFlag'>): string {
  const { task_id: id, desired_state: state, title } = task;
  return printable(
    `The durable task ${id} (${oneLine(title, 100)}) is ${state}. Leave it alone until a person says to go on; then: perdure task continue ${id}${homeFlag}`,
  );
}

const shownGaps = 8;

export function stopWords({ task_id: id }: Task, gaps: readonly GateGap[], homeFlag: string): string {
  const more = gaps.length > shownGaps ? [`- and ${gaps.length - shownGaps} more`] : [];
  return printable(
    [
      `The durable task ${id} is yours and not complete:`,
      ...gaps.slice(0, shownGaps).map(({ message }) => `- ${oneLine(message, 200)}`),
      ...more,
      `Ask what is to be done: perdure task boundary ${id}${homeFlag}. Go on with its next step; prove each criterion with perdure task verify, then perdure task complete.`,
      'If you cannot go on, or a person has to answer first, record it with perdure task progress, say where you stand, and stop: you are asked once.',
    ].join('\n'),
  );
}
