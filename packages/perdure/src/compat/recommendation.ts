/** Where a task stands, in the words of the original: class, recommendation and plan. Pure. */

import type { Task } from '@perdure/contract';
import { checkLanes, printedSnapshot, type Classification } from '@perdure/tasks';

/** Of worker lines by what is to be done about them. */
export interface LineCounts {
  readonly attention_lines: number;
  readonly dropped_lines: number;
  readonly resolved_lines: number;
  readonly active_lines: number;
}

function countsOf(task: Task, now: number): LineCounts {
  const { attention, dropped, resolved, active } = checkLanes(task, now);
  return {
    attention_lines: attention.length,
    dropped_lines: dropped.length,
    resolved_lines: resolved.length,
    active_lines: active.length,
  };
}

export const originalClasses = ['resumable', 'needs_attention', 'paused', 'stopped', 'completed', 'failed'] as const;
export type OriginalClass = (typeof originalClasses)[number];

export interface Recommendation {
  readonly action: string;
  readonly summary: string;
  readonly prompt?: string;
}

export interface ResumePlan {
  readonly task_id: string;
  readonly classification: OriginalClass;
  readonly action: string;
  readonly next_step: string;
  readonly steps: readonly string[];
  readonly resume_prompt?: string;
  readonly line_counts: LineCounts;
  /** Ours: a plan holds for the revision that it was made on. */
  readonly revision: number;
}

export interface Standing {
  readonly classification: OriginalClass;
  readonly reasons: readonly string[];
  readonly recommendation: Recommendation;
  readonly plan: ResumePlan;
}

export function standingOf(task: Task, { action, reasons, steps, ...rest }: Classification, now: number): Standing {
  const classification = originalClass(rest.class);
  const next_step = task.next_step || 'n/a';
  const prompt = action === 'ask_to_resume' ? { prompt: promptFor(task) } : {};
  const recommendation = { action, summary: summaryOf(action, { next_step, reasons }), ...prompt };
  const plan = {
    task_id: task.task_id,
    classification,
    action,
    next_step,
    steps,
    ...(prompt.prompt === undefined ? {} : { resume_prompt: prompt.prompt }),
    line_counts: countsOf(task, now),
    revision: task.revision,
  };
  return { classification, reasons, recommendation, plan };
}

/** A task that lost its agent can be resumed; one at which somebody works is not for another. */
function originalClass(of: Classification['class']): OriginalClass {
  if (of === 'interrupted') return 'resumable';
  return of === 'at_work' ? 'needs_attention' : of;
}

function promptFor({ title }: Task): string {
  return `An interrupted task was found: ${title}. Shall it go on from its last safe step?`;
}

function summaryOf(
  action: Classification['action'],
  { next_step, reasons }: { readonly next_step: string; readonly reasons: readonly string[] },
): string {
  switch (action) {
    case 'ask_to_resume':
      return `Ask whether this task is to go on; its next step would be: ${next_step}`;
    case 'resume_main_flow':
      return `Go on with the task; its next step: ${next_step}`;
    case 'resume_active_line':
      return `Go on with the lines that are at work; its next step: ${next_step}`;
    case 'controller_decision_needed':
      return 'Decide on the lines that wait for it, then go on.';
    case 'repair_orchestration_line':
      return 'Say of each dropped line whose turn it is before anything goes on.';
    case 'user_control_pending':
      return 'A control of a user waits; obey it before anything else.';
    case 'reconcile_first':
      return 'Find out what became of its open actions before it goes on.';
    case 'leave_alone':
      return `Leave it alone: ${reasons.join('; ')}.`;
    case 'stay_paused':
      return 'It is paused, and stays so until somebody lets it run.';
    case 'stay_stopped':
      return 'It is stopped, and begins again only where somebody decides so.';
    case 'manual_recovery':
      return 'It has failed; look into why before anything is done about it.';
    default:
      return 'It is complete; there is nothing to resume.';
  }
}

/** An entry of a scan, as the original prints it. */
export function scanEntry(task: Task, standing: Standing) {
  const { title, phase, health, desired_state, next_step } = task;
  const { classification, reasons, recommendation } = standing;
  return {
    task_id: task.task_id,
    title,
    phase,
    health,
    desired_state,
    next_step,
    classification,
    reasons,
    line_counts: standing.plan.line_counts,
    recommendation,
  };
}

export function printedReconcile(task: Task): unknown {
  return printedSnapshot(task).reconcile;
}
