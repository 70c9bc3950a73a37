/**
 * A task, a row, an event and a report as programs are shown them, whoever asks. Nothing leaves here with the hash of a
 * lease's token.
 */

import type { Lease, LeaseView, ReportView, Task, TaskEventView, TaskSummary, TaskView } from '@perdure/contract';
import { displayState } from './classify.ts';
import type { TaskEvent } from './events.ts';
import { gate } from './gate.ts';
import type { StoredReport } from './outbox.ts';
import { statusLine } from './status-line.ts';
import { isoTime } from './time.ts';

/** The whole task, with what is derived from it. */
export function taskView(task: Task, now: number): TaskView {
  return {
    ...withoutToken(task),
    state: displayState(task, now),
    status_line: statusLine(task),
    gaps: [...gate(task)],
  };
}

/** A row of a list. */
export function taskSummary(task: Task, now: number): TaskSummary {
  const { task_id, title, desired_state, phase, health, next_step, project, revision, worked_at, updated_at } = task;
  return {
    task_id,
    title,
    desired_state,
    state: displayState(task, now),
    phase,
    health,
    next_step,
    project,
    revision,
    worked_at,
    updated_at,
    override: task.override,
    criteria: task.done_criteria.length,
    criteria_dropped: task.dropped_criteria.length,
  };
}

/** An entry of the log. */
export function taskEventView(event: TaskEvent): TaskEventView {
  const { seq, type, at, actor } = event;
  return { seq, type, at: isoTime(at), actor, data: dataOf(event) };
}

function dataOf(event: TaskEvent): TaskEventView['data'] {
  switch (event.type) {
    case 'task_created':
    case 'task_imported':
      return { ...event.data, task: withoutToken(event.data.task) };
    case 'lease_taken':
      return { lease: leaseView(event.data.lease) };
    default:
      return event.data;
  }
}

/** A report on its way, or past. */
export function reportView(report: StoredReport): ReportView {
  const { number, reason, delivery, state, attempt, text, problem, createdAt, nextAt } = report;
  const view = { number, reason, method: delivery.method, state, attempts: attempt, text };
  return {
    ...view,
    ...(problem === undefined ? {} : { problem }),
    queued_at: isoTime(createdAt),
    ...(state === 'failed' ? { next_at: isoTime(nextAt) } : {}),
  };
}

function withoutToken(task: Task): Omit<Task, 'lease' | 'worker_processes'> & Pick<TaskView, 'lease'> {
  const { worker_processes: _, ...shown } = task;
  return { ...shown, lease: task.lease && leaseView(task.lease) };
}

function leaseView(lease: Lease): LeaseView {
  const { token_hash: tokenHash, earlier_hashes: _, own_hashes: __, ...shown } = lease;
  return { ...shown, released: tokenHash === '' };
}
