/** Tasks as people read them. Pure. */

import type { Task } from '@perdure/contract';
import { displayState, leaseState, type TaskEvent } from '@perdure/tasks';
import { formatDuration, oneLine, shellWord } from '../text/format.ts';
import { formatList } from '../text/table.ts';

export function evidenceLine({ criterion, kind, passed, command, statement, void_since: voidSince, by }: Evidence) {
  const what = command === undefined ? (statement ?? '') : command.map(shellWord).join(' ');
  const worth = voidSince === undefined ? (passed ? 'passed' : 'failed') : 'void';
  const whose = kind === 'attest' ? `, said by ${by}` : '';
  return `${criterion === 0 ? 'all criteria' : `criterion ${criterion}`} ${kind} ${worth}${whose}: ${oneLine(what, 200)}`;
}

type Evidence = Task['evidence'][number];

export interface TaskTableOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Columns of the terminal; undefined: there is none. */
  readonly columns?: number | undefined;
}

export function taskTable(tasks: readonly Task[], { now, columns }: TaskTableOptions): string {
  const rows = tasks.map((task) => [
    task.task_id,
    displayState(task, now),
    leaseState(task.lease, now) === 'alive' ? oneLine(task.lease?.holder ?? '', 40) : '',
    `${formatDuration(Math.max(0, now - Date.parse(task.worked_at)))} ago`,
    oneLine(task.title, 60),
  ]);
  const headings = ['ID', 'STATE', 'AT WORK', 'WORKED ON', 'TITLE'];
  return formatList(headings, rows, { empty: 'No tasks.', columns, spare: [2, 3] });
}

export function eventLine({ seq, at, type, actor, data }: TaskEvent): string {
  return `${seq}  ${new Date(at).toISOString()}  ${type}  ${oneLine(actor, 60)}  ${oneLine(JSON.stringify(data), 160)}`;
}

/** How whoever got a lease goes on with it. `isKept`: their next commands find it without their help. */
export function leaseLines(token: string, { isKept }: { readonly isKept: boolean }): readonly string[] {
  const how = isKept
    ? 'It is yours, and is kept for you: your commands find it. From elsewhere, say so in every write:'
    : 'It is yours; say so in every write:';
  return [how, `  export PERDURE_LEASE=${token}`];
}
