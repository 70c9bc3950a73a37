/** A task as people read it, with nothing left out: what is too long for a brief is looked up here. Pure. */

import type { HubTaskRef, ReportView, Task } from '@perdure/contract';
import {
  brief,
  deliveryOf,
  displayState,
  gate,
  headLine,
  isMetFailing,
  isoTime,
  pendingId,
  pendingSummary,
  standingOf,
  type ResumeItem,
  type TaskEvent,
} from '@perdure/tasks';
import { printable } from '../text/format.ts';
import { quarantineLine, waitingLine } from './view-lanes.ts';
import { deliveryText, owedLine } from './view-delivery.ts';
import { evidenceLine } from './view-lines.ts';
import { controlLine } from './view-words.ts';

export interface TaskTextOptions {
  readonly now: number;
  /** Newest work, oldest first. */
  readonly recent: readonly TaskEvent[];
  readonly handOvers: readonly ResumeItem[];
  /** Reports that have not arrived for certain. */
  readonly owed?: readonly ReportView[];
  /** What of the hub it carries out. */
  readonly hubTask?: HubTaskRef | undefined;
}

export function taskText(task: Task, { now, recent, handOvers, owed = [], hubTask }: TaskTextOptions): string {
  const known = brief(task, { now, recent });
  const { minutes, tokens } = known.budget_left;
  const sections: readonly (readonly [heading: string, ...lines: string[]])[] = [
    ['Goal', task.goal],
    [
      'Done criteria',
      ...known.criteria.map(({ text, problem }, at) => `${at + 1}: ${text} (${problem ?? metText(task, at + 1)})`),
    ],
    ['Milestones', ...task.milestones.map(milestoneLine)],
    ['Subtasks', ...task.subtasks.map(({ id, title, status, owner }) => `${id} ${status}: ${title} ${owner}`)],
    ['Lanes', ...task.lanes.map((lane) => waitingLine(standingOf(lane, now)))],
    ['Quarantine', ...task.quarantine.map(quarantineLine)],
    ['Next step', task.next_step],
    ['Last verified', task.last_verified_step],
    ['Last done', ...known.last_done.map(({ at, text }) => `${isoTime(at)} ${text}`)],
    ['Handed over', ...handOvers.map(({ context }) => context)],
    ['Steering', ...task.steering.map((one) => `${one.told ? '' : 'not told yet, '}${controlLine(one)}`)],
    [task.desired_state === 'running' ? 'Note of the operator' : 'Why it rests', task.operator_note],
    ['Waits for the next boundary', ...task.inbox.map(controlLine)],
    ['Actions', ...Object.entries(task.action_states).map(actionLine), ...importedActions(task)],
    ['Criteria taken back', ...task.dropped_criteria.map(({ text, by, at }) => `${text} (${by}, ${at})`)],
    ['Evidence', ...task.evidence.map(evidenceLine)],
    ['Constraints', ...task.constraints],
    ['Risks', ...task.risk_notes],
    ['Budget left', [unit(minutes, 'minutes'), unit(tokens, 'tokens')].filter((text) => text !== '').join(', ')],
    ['Missing for completion', ...gate(task).map(({ message }) => message)],
    ['Closed', closingLine(task)],
    ['Completed by force', task.override === null ? '' : `${task.override.reason} (${task.override.by})`],
    ['Carries out the task of the hub', hubTaskLine(hubTask)],
    ['Lease', leaseLine(task)],
    ['Reports go to', boundTo(task)],
    ['Reports not arrived', ...owed.map((report) => owedLine(report, now))],
  ];
  const shown = sections.flatMap(([heading, ...lines]) => {
    const filled = lines.map(oneLine).filter((line) => line !== '');
    return filled.length === 0 ? [] : [`## ${heading}\n${filled.map((line) => `- ${line}`).join('\n')}`];
  });
  const head = `# ${oneLine(task.title)} (${task.task_id}, ${displayState(task, now)}, revision ${task.revision})`;
  return [head, headLine(task), ...shown].map(printable).join('\n\n');
}

function metText(task: Task, criterion: number): string {
  return isMetFailing(task, criterion) ? 'met: accepted as failing before the work' : 'met';
}

function milestoneLine({ id, title, status, percent, reason }: Task['milestones'][number]): string {
  return `${id} ${status} ${percent}%: ${title}${reason === undefined ? '' : ` (${reason})`}`;
}

/** Open acts that came with an import, of which nothing else is known. */
function importedActions({ pending_actions: pending, action_states: known }: Task): readonly string[] {
  const strangers = pending.filter((entry) => !Object.hasOwn(known, pendingId(entry)));
  return strangers.map((entry) => `${pendingId(entry)} open: ${pendingSummary(entry)}`);
}

function actionLine([id, { status, summary, key, result }]: [string, Task['action_states'][string]]): string {
  return `${id} ${status}: ${summary}${result === undefined ? '' : ` (${result})`}, key ${key}`;
}

function closingLine({ closing, desired_state: state }: Task): string {
  return closing === null ? '' : `${state} by ${closing.by} at ${closing.at}: ${closing.text}`;
}

function leaseLine({ lease }: Task): string {
  return lease === null || lease.token_hash === '' ? '' : `${lease.holder} until ${lease.expires_at}`;
}

function hubTaskLine(found: HubTaskRef | undefined): string {
  if (found === undefined) return '';
  const { id, title, status, createdBy, assignee = 'nobody' } = found;
  return `${title} (${status}, from ${createdBy}, to ${assignee}): perdure assignments show ${id}`;
}

function boundTo(task: Task): string {
  const delivery = deliveryOf(task);
  return delivery === undefined ? '' : deliveryText(delivery);
}

function unit(left: number | undefined, name: string): string {
  return left === undefined ? '' : `${left} ${name}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
