/**
 * The fold: a task and what happened to it give the task after. Revision is the number of the last event, so a replay
 * of the log gives the very same one. Total for every log that begins with a creation or an import; one that does not
 * is damaged, and is not guessed at.
 */

import { PerdureError, type Delivery, type Lease, type Task } from '@perdure/contract';
import type { TaskEvent, TaskEventType } from './events.ts';
import { afterAction, afterCheck } from './evolve-actions.ts';
import { asImported, withEvidence, withoutValidity } from './evolve-evidence.ts';
import { afterLane, isLaneEvent } from './evolve-lanes.ts';
import { replaced, reported, updated } from './evolve-plan.ts';
import { afterWords } from './evolve-words.ts';
import { withHolder, withWorker } from './evolve-workers.ts';
import { releasedLease, renewedLease } from './lease.ts';
import { withNumbers } from './steering.ts';
import { isoTime } from './time.ts';
import type { StateEvent } from './transition.ts';
import { upcastLease, upcastTask } from './upcast.ts';

/**
 * Events that are work on the task. Scans, controls, leases and notes are not: they would make a dead task look busy.
 */
const workEvents: ReadonlySet<TaskEventType> = new Set<TaskEventType>([
  'task_updated',
  'status_reported',
  'milestone_changed',
  'subtask_changed',
  'action_started',
  'action_ended',
  'action_resolved',
  'ledger_set',
  'evidence_recorded',
  'subtask_assigned',
  'subagent_return_ingested',
  'controller_decision_recorded',
  'task_completed',
  'task_failed',
  'task_reopened',
]);

/** The task after one more event. */
export function evolve(task: Task | undefined, event: TaskEvent): Task {
  if (event.type === 'task_created' || event.type === 'task_imported') {
    const task = withNumbers(upcastTask(event.data.task));
    const evidence = event.type === 'task_imported' ? asImported(task.evidence) : task.evidence;
    return { ...task, evidence, revision: event.seq };
  }
  if (task === undefined) {
    const message = `The log of a task begins with ${event.type} instead of its creation, so events were lost; restore the database from a backup.`;
    throw new PerdureError('storage_corrupt', message, { details: { seq: event.seq } });
  }
  const at = isoTime(event.at);
  return {
    ...apply(task, event, { at, by: event.actor }),
    revision: event.seq,
    updated_at: at,
    worked_at: workEvents.has(event.type) ? at : task.worked_at,
  };
}

type Change = Exclude<TaskEvent, { readonly type: 'task_created' | 'task_imported' }>;

interface Stamp {
  readonly at: string;
  readonly by: string;
}

function apply(task: Task, event: Change, { at, by }: Stamp): Task {
  if (isLaneEvent(event)) return afterLane(task, event, { at, by });
  switch (event.type) {
    case 'task_updated':
      return updated(task, event.data.changes, { at, by });
    case 'status_reported':
      return withWorker(reported(task, event.data, at), by);
    case 'milestone_changed':
      return { ...task, milestones: replaced(task.milestones, event.data.milestone) };
    case 'subtask_changed':
      return { ...task, subtasks: replaced(task.subtasks, event.data.subtask) };
    case 'user_control_received':
    case 'user_control_deferred':
    case 'user_control_applied':
    case 'controls_told':
    case 'controls_settled':
      return afterWords(task, event);
    case 'pause_requested':
    case 'stop_requested':
      return { ...task, desired_state: event.data.state, handed_over: event.data.handed_over === true };
    case 'resume_started':
    case 'task_reopened':
      // What was said for the halt is over with it.
      return {
        ...task,
        desired_state: event.data.state,
        handed_over: false,
        operator_note: '',
        halts: [],
        closing: null,
      };
    case 'task_completed':
    case 'task_failed':
      return closed(task, event.data, { at, by });
    case 'lease_taken':
      return withHolder(task, upcastLease(event.data.lease));
    case 'lease_renewed':
      return isLeased(task) ? { ...task, lease: renewedLease(task, event.data.expires_at) } : task;
    case 'lease_rested':
      return task.lease === null ? task : { ...task, lease: { ...task.lease, rests: true } };
    case 'lease_released':
    case 'lease_broken':
      return task.lease === null ? task : { ...task, lease: releasedLease(task.lease, at) };
    case 'action_started':
      return withWorker(afterAction(task, event, at), by);
    case 'action_ended':
    case 'action_unknown':
    case 'action_resolved':
    case 'ledger_set':
      return afterAction(task, event, at);
    case 'resume_consistency_check_passed':
    case 'resume_consistency_check_failed':
      return afterCheck(task, event.data, at);
    case 'evidence_recorded':
      return { ...task, evidence: withEvidence(task.evidence, event.data.evidence) };
    case 'evidence_voided':
      return { ...task, evidence: withoutValidity(task.evidence, event.data.ids, at) };
    case 'delivery_bound':
      return withDelivery(task, event.data.delivery);
    case 'context_reported':
      return { ...task, context: { percent: event.data.percent, at } };
    case 'noted':
      return task;
    default:
      // A later version's event: the fold must not stop at what it does not know.
      event satisfies never;
      return task;
  }
}

function isLeased(task: Task): task is Task & { readonly lease: Lease } {
  return task.lease !== null;
}

/**
 * Nobody works on a closed task, so its lease ends; an override stays for ever, also when the task is opened again.
 */
function closed(task: Task, data: StateEvent['data'], { at, by }: Stamp): Task {
  const lease = task.lease === null ? null : releasedLease(task.lease, at);
  const forced = data.override === undefined ? {} : { forced: true as const };
  const closing = { text: data.note ?? '', by, at, ...forced };
  return {
    ...task,
    desired_state: data.state,
    handed_over: false,
    lease,
    closing,
    override: data.override ?? task.override,
  };
}

function withDelivery(task: Task, delivery: Delivery | null): Task {
  const { delivery: _, ...unbound } = task;
  return delivery === null ? unbound : { ...unbound, delivery };
}
