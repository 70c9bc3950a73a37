/** Tasks as people read them, and as programs do. Pure. */

import type { Task } from '@perdure/contract';
import { brief, displayState, gate, renderBrief, statusLine, type GateGap, type TaskEvent } from '@perdure/tasks';
import { formatDuration, formatList, oneLine, printable, shellWord } from '../render/format.ts';

/** A task for programs: without the hash of the lease's token, with what is derived. */
export function taskData(task: Task, now: number): object {
  const { token_hash: tokenHash, ...lease } = task.lease ?? { token_hash: '' };
  return {
    ...task,
    lease: task.lease === null ? null : { ...lease, released: tokenHash === '' },
    state: displayState(task, now),
    status_line: statusLine(task),
    gaps: gate(task),
  };
}

export function taskText(task: Task, { now, recent }: { readonly now: number; readonly recent: readonly TaskEvent[] }) {
  const lines = [printable(renderBrief(brief(task, { now, recent }))).trimEnd()];
  const { lease, override, evidence } = task;
  if (evidence.length > 0) lines.push(`## Evidence\n${evidence.map((one) => `- ${evidenceLine(one)}`).join('\n')}`);
  if (override !== null) lines.push(`Completed by force: ${oneLine(override.reason, 500)} (${override.by})`);
  if (lease !== null && lease.token_hash !== '') lines.push(`Lease: ${lease.holder} until ${lease.expires_at}`);
  return lines.join('\n\n');
}

export function evidenceLine({ criterion, kind, passed, command, statement, void_since: voidSince, by }: Evidence) {
  const what = command === undefined ? (statement ?? '') : command.map(shellWord).join(' ');
  const worth = voidSince === undefined ? (passed ? 'passed' : 'failed') : 'void';
  const whose = kind === 'attest' ? `, said by ${by}` : '';
  return `${criterion === 0 ? 'all criteria' : `criterion ${criterion}`} ${kind} ${worth}${whose}: ${oneLine(what, 200)}`;
}

type Evidence = Task['evidence'][number];

/** A row of a list for programs. */
export function taskRow(task: Task, now: number): object {
  const { task_id, title, desired_state, phase, health, next_step, project, revision, worked_at, updated_at } = task;
  const state = displayState(task, now);
  return { task_id, title, desired_state, state, phase, health, next_step, project, revision, worked_at, updated_at };
}

export function taskTable(tasks: readonly Task[], now: number): string {
  const rows = tasks.map((task) => [
    task.task_id,
    displayState(task, now),
    `${formatDuration(Math.max(0, now - Date.parse(task.worked_at)))} ago`,
    oneLine(task.title, 60),
  ]);
  return formatList(['ID', 'STATE', 'WORKED ON', 'TITLE'], rows, 'No tasks.');
}

export function eventLine({ seq, at, type, actor, data }: TaskEvent): string {
  return `${seq}  ${new Date(at).toISOString()}  ${type}  ${oneLine(actor, 60)}  ${oneLine(JSON.stringify(data), 160)}`;
}

/** A gap with the command that closes it. */
export interface Fix {
  readonly gap: GateGap;
  readonly command: string;
}

export function fixes(task: Task, gaps: readonly GateGap[], homeFlag: string): readonly Fix[] {
  return gaps.map((gap) => ({ gap, command: `perdure task ${fixOf(task, gap, homeFlag)}` }));
}

function fixOf(task: Task, gap: GateGap, homeFlag: string): string {
  switch (gap.kind) {
    case 'criterion':
      return criterionFix(task, gap, homeFlag);
    case 'milestone':
      return `milestone ${task.task_id} ${shellWord(gap.id)} --status done${homeFlag}`;
    case 'action':
      return `action resolve ${task.task_id} ${shellWord(gap.id)} --how "…"${homeFlag}`;
    case 'control':
      return `boundary ${task.task_id}${homeFlag}`;
    default:
      gap satisfies never;
      return `show ${task.task_id}${homeFlag}`;
  }
}

function criterionFix(task: Task, { criterion, problem }: Extract<GateGap, { kind: 'criterion' }>, homeFlag: string) {
  const base = `verify ${task.task_id} --criterion ${criterion}${homeFlag}`;
  const says =
    task.acceptance === 'human' ? ' --holder owner' : task.acceptance === 'auto' ? '' : ' --holder <another>';
  if (problem === 'failed_before' || (problem === 'not_accepted' && task.acceptance !== 'auto')) {
    return `${base} --attest "…"${says}`;
  }
  if (problem === 'void') return `complete ${task.task_id} --reverify${homeFlag}`;
  return `${base} -- <command>`;
}
