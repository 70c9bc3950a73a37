/** Tasks as people read them. Pure. */

import type { Task } from '@perdure/contract';
import { displayState, leaseState, type TaskEvent } from '@perdure/tasks';
import { formatDuration, formatList, oneLine, shellWord } from '../text/format.ts';

export function evidenceLine({ criterion, kind, passed, command, statement, void_since: voidSince, by }: Evidence) {
  const what = command === undefined ? (statement ?? '') : command.map(shellWord).join(' ');
  const worth = voidSince === undefined ? (passed ? 'passed' : 'failed') : 'void';
  const whose = kind === 'attest' ? `, said by ${by}` : '';
  return `${criterion === 0 ? 'all criteria' : `criterion ${criterion}`} ${kind} ${worth}${whose}: ${oneLine(what, 200)}`;
}

type Evidence = Task['evidence'][number];

export function taskTable(tasks: readonly Task[], now: number): string {
  const rows = tasks.map((task) => [
    task.task_id,
    displayState(task, now),
    leaseState(task.lease, now) === 'alive' ? oneLine(task.lease?.holder ?? '', 40) : '',
    `${formatDuration(Math.max(0, now - Date.parse(task.worked_at)))} ago`,
    oneLine(task.title, 60),
  ]);
  return formatList(['ID', 'STATE', 'AT WORK', 'WORKED ON', 'TITLE'], rows, 'No tasks.');
}

export function eventLine({ seq, at, type, actor, data }: TaskEvent): string {
  return `${seq}  ${new Date(at).toISOString()}  ${type}  ${oneLine(actor, 60)}  ${oneLine(JSON.stringify(data), 160)}`;
}

/** How whoever got a lease goes on with it. */
export function leaseLines(token: string): readonly string[] {
  return ['It is yours; say so in every write:', `  export PERDURE_LEASE=${token}`];
}
