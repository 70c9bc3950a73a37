/**
 * `task_continue.py`: goes on with a task. To call it is the confirmation, so a running task is not asked about, and
 * one that rests is woken, unless the caller said not to.
 */

import { PerdureError, type Task } from '@perdure/contract';
import { continueTask, type ContinueOutcome, type ContinueRequest } from '@perdure/tasks';
import { withChecks } from '../tasks/check-runner.ts';
import { inPlace, orThrow } from '../tasks/refusal.ts';
import { writerOf } from '../tasks/writer.ts';
import { outcomeOf, resumedNote, type Applied } from './apply.ts';
import { optionalText, taskOf, type Call } from './call.ts';
import { pythonJson } from './python-json.ts';
import { standingOf } from './recommendation.ts';
import { afterTakingUp } from './taken-up.ts';

type Gone = Extract<ContinueOutcome, { readonly kind: 'taken_up' | 'held_up' | 'looked_at' }>;

export async function continueAsOriginal(call: Call): Promise<string> {
  const id = optionalText(call, 'task_id');
  if (id !== undefined) await taskOf(call, id);
  const isLooking = call.values['dry_run'] === true;
  const seen =
    isLooking || call.values['no_promote_paused'] === true ? await goOn(call, { id, isDryRun: true }) : undefined;
  const rests = seen !== undefined && isResting(seen.choice.task);
  // Without leave to wake it, a task that rests is only looked at.
  const outcome = seen !== undefined && (isLooking || rests) ? seen : await goOn(call, { id, isDryRun: false });
  const applied = await appliedOf(call, outcome);
  return pythonJson(reportOf(outcome, { applied, asIfAsked: rests && !isLooking, now: call.rim.now() }));
}

function isResting({ desired_state: state }: Task): boolean {
  return state === 'paused' || state === 'stopped';
}

async function goOn(call: Call, request: Pick<ContinueRequest, 'id' | 'isDryRun'>): Promise<Gone> {
  const { rim, tasks, options } = call;
  const wanted = { ...request, folder: rim.cwd, isUnattended: false, takesOver: true, ownLease: 'replaced' } as const;
  const outcome = orThrow(tasks, await continueTask(withChecks(rim, tasks), writerOf(rim, options), wanted));
  if (outcome.kind === 'none') throw nothingHere(call, outcome.nearest);
  if (outcome.kind === 'busy') throw busy(call, outcome);
  if (outcome.kind !== 'looked_at') await afterTakingUp(call, outcome);
  return outcome;
}

function nothingHere({ tasks: { place } }: Call, nearest: Task | undefined): PerdureError {
  const where =
    nearest === undefined ? '' : `; ${nearest.task_id} belongs to ${nearest.project}: name it if it is meant`;
  return new PerdureError('not_found', inPlace(place, `no resumable durable tasks found${where}`));
}

function busy(
  { tasks: { place } }: Call,
  { task, free }: Extract<ContinueOutcome, { readonly kind: 'busy' }>,
): PerdureError {
  const message = `${task.lease?.holder} is at work on task ${task.task_id} until ${task.lease?.expires_at}; ${free.task_id} is free: name it with --task-id.`;
  return new PerdureError('lease_held', inPlace(place, message));
}

interface ReportOptions {
  readonly applied: { readonly applied: readonly Applied[] } | null;
  /** Nobody was asked to wake it. */
  readonly asIfAsked: boolean;
  readonly now: number;
}

function reportOf(outcome: Gone, { applied, asIfAsked, now }: ReportOptions) {
  const { choice, task, classification } = outcome;
  const standing = standingOf(task, asIfAsked ? resting(task, classification) : classification, now);
  const { task_id, title, desired_state, phase, next_step } = task;
  return {
    ok: true,
    selected_task: { task_id, title: title === '' ? choice.task.task_id : title, desired_state, phase, next_step },
    promoted_from_state: outcome.kind === 'looked_at' ? null : outcome.promotedFrom,
    classification: standing.classification,
    reasons: standing.reasons,
    recommendation: standing.recommendation,
    resume_plan: standing.plan,
    applied,
  };
}

/** Nobody woke it: it is what it is. */
function resting({ desired_state: state }: Task, classification: Gone['classification']): Gone['classification'] {
  const action = state === 'paused' ? 'stay_paused' : 'stay_stopped';
  const of = state === 'paused' ? 'paused' : 'stopped';
  return { ...classification, class: of, action, steps: ['manual_review'], reasons: [`desired_state=${state}`] };
}

async function appliedOf(call: Call, outcome: Gone): Promise<ReportOptions['applied']> {
  const { task, classification, choice } = outcome;
  const { action } = classification;
  const entry = { task_id: task.task_id, action };
  if (outcome.kind === 'taken_up') {
    // Whoever goes on does first what its lines ask for; of that, what takes no person is done here.
    const isAsked = action === 'controller_decision_needed' || action === 'repair_orchestration_line';
    const done = isAsked
      ? await outcomeOf(call, task, { action, revision: undefined })
      : { applied: true, note: resumedNote(task, call.rim.now()) };
    return { applied: [{ ...entry, ...done }] };
  }
  // A control that waited was obeyed, and so nothing goes on.
  const waited = choice.task.inbox.map(({ intent }) => intent).join(', ');
  if (outcome.kind === 'looked_at' || waited === '') return null;
  const note = `${task.desired_state} for pending user control (${waited})`;
  return { applied: [{ ...entry, action: 'user_control_pending', applied: true, note }] };
}
