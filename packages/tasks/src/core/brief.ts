/**
 * What an agent without memory has to know of a task before it goes on, as data; `render-brief.ts` puts it into few
 * words.
 */

import { compact, type Control, type Milestone, type Task } from '@perdure/contract';
import { own } from './answers.ts';
import { displayState, openActions, type DisplayState } from './classify.ts';
import type { TaskEvent, TaskEventType } from './events.ts';
import { criterionProblem, gate, type CriterionProblem, type GateGap } from './gate.ts';
import { checkLanes } from './lanes.ts';
import { pendingId, pendingSummary } from './pending.ts';
import { headLine, statusLine } from './status-line.ts';
import { laneWaiting, type LaneWaiting } from './told.ts';

export interface Brief {
  readonly task_id: string;
  readonly title: string;
  readonly revision: number;
  readonly state: DisplayState;
  readonly execution_priority: Task['execution_priority'];
  readonly status_line: string;
  /** The same in words. */
  readonly head_line: string;
  /** Absolute path of the project; empty: none. */
  readonly project: string;
  readonly goal: string;
  readonly last_verified_step: string;
  /** `check`: the command that was last run for it. */
  readonly criteria: readonly {
    readonly text: string;
    readonly problem: CriterionProblem | null;
    readonly check: readonly string[] | null;
  }[];
  /** What is still to be done, that at work first. */
  readonly milestones: readonly Pick<Milestone, 'id' | 'title' | 'status' | 'percent'>[];
  /** Reports before acts, each newest first. */
  readonly last_done: readonly { readonly at: number; readonly text: string }[];
  readonly next_step: string;
  /** With the numbers by which they are settled. */
  readonly steering: readonly Pick<Control, 'intent' | 'message' | 'number'>[];
  readonly operator_note: string;
  readonly controls: readonly Pick<Control, 'intent' | 'message' | 'number'>[];
  /** Actions to resolve before anything else. */
  readonly unresolved_actions: readonly { readonly id: string; readonly summary: string }[];
  readonly constraints: readonly string[];
  readonly risks: readonly string[];
  readonly budget_left: { readonly minutes?: number; readonly tokens?: number };
  readonly gaps: readonly GateGap[];
  /** Those that are not over, the ones that wait for a decision first. */
  readonly lanes: readonly LaneBriefing[];
  /** How many returns are kept apart. */
  readonly quarantined: number;
}

export interface LaneBriefing extends LaneWaiting {
  readonly goal: string;
  readonly deadline: string | null;
}

/**
 * Events that tell of work done, and how many of each kind a brief can use. Reports are not pushed out by acts; checks
 * are not among them, for the criteria tell what came of those.
 */
export const doneEvents = [
  { types: ['status_reported', 'milestone_changed', 'task_imported'], limit: 10 },
  { types: ['action_ended', 'action_resolved'], limit: 3 },
] as const satisfies readonly { readonly types: readonly TaskEventType[]; readonly limit: number }[];

/** How many lines of an imported log. */
const importedLines = 5;

export interface BriefOptions {
  readonly now: number;
  /** The newest of the events that tell of work done, oldest first. */
  readonly recent: readonly TaskEvent[];
  /** What is to be heeded, where the brief is how it is told; default: what stands. */
  readonly steering?: Brief['steering'];
}

export function brief(task: Task, { now, recent, steering = task.steering }: BriefOptions): Brief {
  return {
    task_id: task.task_id,
    title: task.title,
    revision: task.revision,
    state: displayState(task, now),
    execution_priority: task.execution_priority,
    status_line: statusLine(task),
    head_line: headLine(task),
    project: task.project,
    goal: task.goal,
    last_verified_step: task.last_verified_step,
    criteria: task.done_criteria.map((text, index) => ({
      text,
      problem: criterionProblem(task, index + 1) ?? null,
      check: lastCheck(task, index + 1),
    })),
    milestones: openMilestones(task),
    last_done: lastDone(recent),
    next_step: task.next_step,
    steering: steering.map(saidOf),
    operator_note: task.operator_note,
    controls: task.inbox.map(saidOf),
    unresolved_actions: openActions(task, now).map((id) => ({ id, summary: summaryOf(task, id) })),
    constraints: task.constraints,
    risks: task.risk_notes,
    budget_left: budgetLeft(task, now),
    gaps: gate(task),
    lanes: openLanes(task, now),
    quarantined: task.quarantine.length,
  };
}

function saidOf({ intent, message, number }: Brief['steering'][number]): Brief['steering'][number] {
  return { intent, message, ...compact({ number }) };
}

function openLanes(task: Task, now: number): Brief['lanes'] {
  const { dropped, attention, active } = checkLanes(task, now);
  return [...dropped, ...attention, ...active].map((standing) => {
    const { goal, deadline } = standing.lane;
    return { ...laneWaiting(standing), goal, deadline };
  });
}

function lastCheck({ evidence }: Task, criterion: number): readonly string[] | null {
  const check = evidence.findLast((one) => one.criterion === criterion && one.kind === 'check');
  return check?.command ?? null;
}

function openMilestones({ milestones }: Task): Brief['milestones'] {
  const open = milestones.filter(({ status }) => status === 'running' || status === 'pending');
  return [
    ...open.filter(({ status }) => status === 'running'),
    ...open.filter(({ status }) => status === 'pending'),
  ].map(({ id, title, status, percent }) => ({ id, title, status, percent }));
}

function lastDone(recent: readonly TaskEvent[]): Brief['last_done'] {
  return [...newestFirst(recent.filter((event) => !isAct(event))), ...newestFirst(recent.filter(isAct))];
}

function newestFirst(events: readonly TaskEvent[]): Brief['last_done'] {
  return events.flatMap(doneBy).toReversed();
}

function isAct({ type }: TaskEvent): boolean {
  return type === 'action_ended' || type === 'action_resolved';
}

/** Oldest first. */
function doneBy(event: TaskEvent): Brief['last_done'] {
  if (event.type === 'task_imported') return importedPast(event);
  const text = textOf(event);
  return text === undefined ? [] : [{ at: event.at, text }];
}

/** Undefined for what is no work. */
function textOf({ type, data }: TaskEvent): string | undefined {
  switch (type) {
    case 'status_reported':
      return data.message;
    case 'milestone_changed':
      return data.milestone.status === 'done' ? `milestone ${data.milestone.id} done` : undefined;
    case 'action_ended':
      return `action ${data.id}: ${data.status}`;
    case 'action_resolved':
      return `action ${data.id}: ${data.status}, found out: ${data.how}`;
    default:
      return undefined;
  }
}

/** What its own log said there, each line with the time that it had. */
function importedPast(event: Extract<TaskEvent, { readonly type: 'task_imported' }>): Brief['last_done'] {
  const lines = event.data.history?.progress.slice(-importedLines) ?? [];
  return lines.map((line) => {
    const [, time = '', text = line] = /^\[([^\]]*)\]\s*(.*)$/su.exec(line) ?? [];
    const at = Date.parse(time);
    return { at: Number.isNaN(at) ? event.at : at, text };
  });
}

function summaryOf(task: Task, id: string): string {
  const entry = task.pending_actions.find((one) => pendingId(one) === id);
  return own(task.action_states, id)?.summary ?? (entry === undefined ? '' : pendingSummary(entry));
}

/** Minutes are counted from the creation, whoever worked in them. Below zero: overdrawn. */
function budgetLeft({ budget, created_at }: Task, now: number): Brief['budget_left'] {
  const { minutes, tokens, tokens_used } = budget;
  const elapsed = Math.floor((now - Date.parse(created_at)) / 60_000);
  return {
    ...compact({
      minutes: minutes === undefined ? undefined : minutes - elapsed,
      tokens: tokens === undefined ? undefined : tokens - tokens_used,
    }),
  };
}
