/**
 * What an agent without memory has to know of a task before it goes on, as data; `render-brief.ts` puts it into few
 * words.
 */

import { compact, type Control, type Task } from '@perdure/contract';
import { displayState, openActions, type DisplayState } from './classify.ts';
import type { TaskEvent, TaskEventType } from './events.ts';
import { criterionProblem, gate, type CriterionProblem, type GateGap } from './gate.ts';
import { statusLine } from './status-line.ts';

export interface Brief {
  readonly task_id: string;
  readonly title: string;
  readonly revision: number;
  readonly state: DisplayState;
  readonly execution_priority: Task['execution_priority'];
  readonly status_line: string;
  readonly goal: string;
  readonly last_verified_step: string;
  readonly criteria: readonly { readonly text: string; readonly problem: CriterionProblem | null }[];
  /** Newest first. */
  readonly last_done: readonly { readonly at: number; readonly text: string }[];
  readonly next_step: string;
  readonly steering: readonly Pick<Control, 'intent' | 'message'>[];
  readonly operator_note: string;
  readonly controls: readonly Pick<Control, 'intent' | 'message'>[];
  /** Actions to resolve before anything else. */
  readonly unresolved_actions: readonly { readonly id: string; readonly summary: string }[];
  readonly constraints: readonly string[];
  readonly risks: readonly string[];
  readonly budget_left: { readonly minutes?: number; readonly tokens?: number };
  readonly gaps: readonly GateGap[];
}

/** Events that tell of work done: what a brief needs of the log, wherever it is made. */
export const doneEvents = [
  'status_reported',
  'milestone_changed',
  'action_ended',
  'evidence_recorded',
] as const satisfies readonly TaskEventType[];

/** How many of them a brief can use. */
export const briefEvents = 10;

export interface BriefOptions {
  readonly now: number;
  /** The newest of these events, oldest first. */
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
    goal: task.goal,
    last_verified_step: task.last_verified_step,
    criteria: task.done_criteria.map((text, index) => ({ text, problem: criterionProblem(task, index + 1) ?? null })),
    last_done: recent.flatMap(doneBy).toReversed(),
    next_step: task.next_step,
    steering: steering.map(({ intent, message }) => ({ intent, message })),
    operator_note: task.operator_note,
    controls: task.inbox.map(({ intent, message }) => ({ intent, message })),
    unresolved_actions: openActions(task, now).map((id) => ({ id, summary: summaryOf(task, id) })),
    constraints: task.constraints,
    risks: task.risk_notes,
    budget_left: budgetLeft(task, now),
    gaps: gate(task),
  };
}

function doneBy(event: TaskEvent): Brief['last_done'] {
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
    case 'evidence_recorded':
      return `${data.evidence.kind} of criterion ${data.evidence.criterion}: ${data.evidence.passed ? 'passed' : 'failed'}`;
    default:
      return undefined;
  }
}

function summaryOf(task: Task, id: string): string {
  return Object.hasOwn(task.action_states, id) ? (task.action_states[id]?.summary ?? '') : 'imported as pending';
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
