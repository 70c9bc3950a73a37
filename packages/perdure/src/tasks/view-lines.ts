/** Tasks as people read them. Pure. */

import type { Task } from '@perdure/contract';
import { displayState, leaseState, markOf, touchedText, type TaskEvent } from '@perdure/tasks';
import { formatDuration, oneLine, shellWord } from '../text/format.ts';
import { formatList } from '../text/table.ts';

export function evidenceLine(evidence: Evidence): string {
  const { criterion, kind, command, statement, by, imported } = evidence;
  const what = command === undefined ? (statement ?? '') : command.map(shellWord).join(' ');
  const whose = kind === 'attest' ? `, said by ${by}` : '';
  const whence = imported === true ? ', imported' : '';
  const about = aboutText(evidence);
  const head = `${criterion === 0 ? 'all criteria' : `criterion ${criterion}`} ${kind} ${worthOf(evidence)}${whose}${whence}`;
  return `${head}: ${oneLine(what, 200)}${about === '' ? '' : ` (${about})`}`;
}

function worthOf(evidence: Evidence): string {
  const { passed, void_since: voidSince, files_changed: hasChanged, uncompared } = evidence;
  const whatFor = hasChanged === true ? `, for files changed while it ran${touchedText(evidence)}` : '';
  if (voidSince !== undefined) return `void${whatFor}`;
  const worth = passed ? 'passed' : 'failed';
  return uncompared === undefined ? worth : `${worth}, but cannot be compared now (${uncompared})`;
}

/** Where it ran, on what, and which program that was. */
function aboutText(evidence: Evidence): string {
  const { cwd, outside_project: isOutside, subject, program, files_rewritten: isRewritten } = evidence;
  const { paths = [], left_out: leftOut = [] } = subject ?? {};
  return [
    ...(cwd === undefined ? [] : [`in ${oneLine(cwd, 300)}${isOutside === true ? ', outside of the project' : ''}`]),
    ...(paths.length === 0 ? [] : [`on ${oneLine(paths.map(shellWord).join(' '), 200)}`]),
    ...(program === undefined ? [] : [`program ${oneLine(program, 300)}`]),
    ...(isRewritten === true ? [`files were written while it ran, and are as they were${touchedText(evidence)}`] : []),
    ...(leftOut.length === 0
      ? []
      : [`without what rules of this machine leave out: ${oneLine(leftOut.join(' '), 200)}`]),
  ].join('; ');
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
    `${displayState(task, now)}${markOf(task)}`,
    leaseState(task.lease, now) === 'alive' ? oneLine(task.lease?.holder ?? '', 40) : '',
    `${formatDuration(Math.max(0, now - Date.parse(task.worked_at)))} ago`,
    oneLine(task.title, 60),
  ]);
  const headings = ['ID', 'STATE', 'AT WORK', 'WORKED ON', 'TITLE'];
  return formatList(headings, rows, { empty: 'No tasks.', columns, spare: [2, 3] });
}

function eventLine({ seq, at, type, actor, data }: TaskEvent): string {
  return `${seq}  ${new Date(at).toISOString()}  ${type}  ${oneLine(actor, 60)}  ${oneLine(JSON.stringify(data), 160)}`;
}

/** Lines of an imported log. */
const importedLines = 10;

/** An import has a past of its own, whose newest lines stand before it. */
export function eventLines(event: TaskEvent): readonly string[] {
  if (event.type !== 'task_imported') return [eventLine(event)];
  const past = event.data.history?.progress.slice(-importedLines) ?? [];
  return [...past.map((line) => `   ${oneLine(line, 200)}`), eventLine(event)];
}

/** How whoever got a lease goes on with it. `isKept`: their next commands find it without their help. */
export function leaseLines(token: string, { isKept }: { readonly isKept: boolean }): readonly string[] {
  const how = isKept
    ? 'It is yours, and is kept for you: your commands find it. From elsewhere, say so in every write:'
    : 'It is yours; say so in every write:';
  return [how, `  export PERDURE_LEASE=${token}`];
}
