/** A task as it is reported: by level as the original does, as the figures behind its bars, and as a message. */

import type { Milestone, ReportReason, Task } from '@perdure/contract';
import {
  bar,
  currentMilestone,
  immediateLine,
  projectPercent,
  statusLine,
  taskPercent,
  workOf,
} from './status-line.ts';

const longestWhy = 300;
const longestMessage = 1_000;

/** What a line must not hold: line ends, orders to a terminal, and what turns the text around. */
const notInALine = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** Some text as one line that nobody can forge another one with. */
export function cleanLine(text: string, most: number): string {
  const line = text.toWellFormed().replaceAll(notInALine, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most - 1).toWellFormed()}…`;
}

/** The figures behind the bars; names are those of the original. */
export interface StatusSnapshot {
  readonly task_id: string;
  readonly title: string;
  readonly desired_state: Task['desired_state'];
  readonly phase: string;
  readonly health: string;
  readonly next_step: string;
  readonly status_update_interval_seconds: number;
  readonly last_status_update_at: string | null;
  readonly current: { readonly percent: number; readonly bar: string; readonly milestone: string };
  readonly overall: {
    readonly percent: number;
    readonly bar: string;
    readonly milestones_done: number;
    readonly milestones_total: number;
  };
}

export function statusSnapshot(task: Task): StatusSnapshot {
  const { task_id, title, desired_state, phase, health, next_step } = task;
  const { status_update_interval_seconds, last_status_update_at } = task;
  const milestones = workOf(task);
  const [current, overall] = [taskPercent(milestones), projectPercent(milestones)];
  return {
    task_id,
    title,
    desired_state,
    phase,
    health,
    next_step,
    status_update_interval_seconds,
    last_status_update_at,
    current: { percent: current, bar: bar(current), milestone: titleOfCurrent(milestones) },
    overall: {
      percent: overall,
      bar: bar(overall),
      milestones_done: doneOf(milestones),
      milestones_total: milestones.length,
    },
  };
}

/** A line for levels 0 to 3; from 4 on the task's plan as JSON. `reporting`: the settings, which the last one holds. */
export function reportText(task: Task, level: number, reporting: object = {}): string {
  const { title, phase, health } = task;
  const { current, overall } = statusSnapshot(task);
  if (level <= 0) {
    return `${title}: ${task.desired_state === 'running' ? 'still running' : task.desired_state}.`;
  }
  if (level >= 4) return planText(task, reporting);
  const pending = workOf(task).filter(({ status }) => status === 'pending').length;
  return cleanLine(
    [
      `${title}: current ${current.bar} ${current.percent}% | project ${overall.bar} ${overall.percent}%`,
      ...(level >= 2 ? [`phase: ${phase}`, `health: ${health}`] : []),
      ...(level >= 3
        ? [`milestones: ${overall.milestones_done}/${overall.milestones_total} done, ${pending} pending`]
        : []),
      `milestone: ${current.milestone}`,
      `next: ${task.next_step.trim() === '' ? 'n/a' : task.next_step}`,
    ].join(' | '),
    longestMessage,
  );
}

function planText(task: Task, reporting: object): string {
  const { title, phase, health, milestones, subtasks, next_step } = task;
  const { current, overall } = statusSnapshot(task);
  const plan = { title, phase, health, milestones, current_progress: current, overall_progress: overall };
  return JSON.stringify({ ...plan, subtasks, next_step, reporting }, undefined, 2);
}

/** What is sent. `why`: in a few words of its own, where there are any. */
export function messageText(task: Task, reason: ReportReason, why = ''): string {
  const line = reason === 'timed' ? statusLine(task) : immediateLine(task, reason);
  const words = cleanLine(why, longestWhy);
  return cleanLine(`[${task.task_id}] ${line}${words === '' ? '' : ` | why: ${words}`}`, longestMessage);
}

function doneOf(milestones: readonly Milestone[]): number {
  return milestones.filter(({ status }) => status === 'done').length;
}

function titleOfCurrent(milestones: readonly Milestone[]): string {
  return currentMilestone(milestones)?.title ?? 'none';
}
