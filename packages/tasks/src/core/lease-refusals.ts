/** What a writer is told whose lease does not count: each says whose the task is, and what to do. */

import { isTaskClosed, type Lease, type Task } from '@perdure/contract';
import { refuse } from './answers.ts';
import type { Refusal } from './ports.ts';

/** How a person ends the lease of a holder that is gone. */
export function breaking(taskId: string): string {
  return `perdure task release ${taskId} --break "<why>" --holder owner`;
}

export function heldByAnother({ task_id, lease }: Task): Refusal {
  const message = `${lease?.holder} is at work on task ${task_id} until ${lease?.expires_at}; name that lease if it is yours, else steer it (controls need no lease) or wait; where you know that it is gone, a person ends its lease at once: \`${breaking(task_id)}\`.`;
  return refuse('lease_held', message, { reason: 'held', holder: lease?.holder, expires_at: lease?.expires_at });
}

/** Of a token that an earlier lease had. Who comes with an older one of its own has only mixed them up. */
export function superseded({ task_id, lease }: Task, tokenHash: string): Refusal {
  if (lease !== null && isOwn(lease, tokenHash)) {
    const message = `You have a newer lease on task ${task_id}, which your last \`continue\` answered with; name that one.`;
    return refuse('lease_held', message, { reason: 'newer', holder: lease.holder, fence: lease.fence });
  }
  const message = `${lease?.holder} has taken task ${task_id} over from you and is at work on it; stop, for what you do now would be done twice.`;
  return refuse('lease_held', message, { reason: 'superseded', holder: lease?.holder, fence: lease?.fence });
}

function isOwn({ earlier_hashes: earlier, own_hashes: own }: Lease, tokenHash: string): boolean {
  return earlier.lastIndexOf(tokenHash) >= earlier.length - own;
}

export function ended(task: Task): Refusal {
  const { task_id } = task;
  if (isTaskClosed(task.desired_state)) return endedWithTask(task);
  const message = `Your lease on task ${task_id} has ended, for it was released or handed over; take the task up again with \`perdure task continue ${task_id}\`.`;
  return refuse('lease_held', message, { reason: 'ended' });
}

export function unknownLease(task: Task): Refusal {
  const { task_id } = task;
  if (isTaskClosed(task.desired_state)) return endedWithTask(task);
  const message = `The lease you name is none of task ${task_id}; name no lease (PERDURE_LEASE may hold that of another task), or take the task up with \`perdure task continue ${task_id}\`.`;
  return refuse('lease_held', message, { reason: 'unknown' });
}

/** Nobody holds a lease on a closed task, and nobody can take one. */
function endedWithTask({ task_id, desired_state: state }: Task): Refusal {
  const message = `Task ${task_id} is ${state} and its leases have ended with it; name none (unset PERDURE_LEASE).`;
  return refuse('lease_held', message, { reason: 'closed' });
}

export function needsTakeOver({ task_id, lease }: Task, { isGone }: { readonly isGone: boolean }): Refusal {
  const why = isGone
    ? `The process of ${lease?.holder}, who holds task ${task_id}, is gone`
    : `The lease of ${lease?.holder} on task ${task_id} expired at ${lease?.expires_at}`;
  const message = `${why}; take it over with \`--take-over\`.`;
  return refuse('lease_held', message, { reason: 'expired', holder: lease?.holder, expires_at: lease?.expires_at });
}
