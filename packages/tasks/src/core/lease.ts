/**
 * The lease: who works on a task. A released one stays in the snapshot without a token, for its attempt and its fence must never be
 * counted again; it can be taken by anybody. An expired one stays its holder's until somebody takes it over: a late write renews it.
 */

import type { Lease, Task } from '@perdure/contract';
import { refuse } from './answers.ts';
import type { CommandContext, NewLease } from './commands.ts';
import type { TaskEventBody } from './events.ts';
import type { Refusal } from './ports.ts';
import { isoTime } from './time.ts';

/** How long a lease lasts after a write, unless the caller says otherwise. */
export const defaultLeaseTtlMs = 15 * 60_000;

/** `none`: nobody ever had one. */
export type LeaseStanding = 'none' | 'released' | 'expired' | 'alive';

export function leaseStanding(lease: Lease | null, now: number): LeaseStanding {
  if (lease === null) return 'none';
  if (lease.token_hash === '') return 'released';
  return Date.parse(lease.expires_at) > now ? 'alive' : 'expired';
}

/** Whether this token is that of the newest lease, expired or not. */
export function holdsLease(task: Task, tokenHash: string | undefined): task is Task & { readonly lease: Lease } {
  return task.lease !== null && tokenHash !== undefined && tokenHash !== '' && task.lease.token_hash === tokenHash;
}

/** The lease as it is after its holder let go. */
export function releasedLease(lease: Lease, at: string): Lease {
  return { ...lease, token_hash: '', expires_at: at };
}

/** Refuses a write while somebody else is at work, and one that names a lease which is not the newest. */
export function guardLease(task: Task, context: CommandContext): Refusal | undefined {
  if (holdsLease(task, context.tokenHash)) return undefined;
  if (leaseStanding(task.lease, context.now) === 'alive') return heldByAnother(task);
  if (context.tokenHash === undefined) return undefined;
  const message = `The lease you name is not the newest of task ${task.task_id}; take the task up again with \`perdure task continue ${task.task_id}\`.`;
  return refuse('lease_held', message, { reason: 'dead_lease', fence: task.lease?.fence ?? 0 });
}

/** The holder's next lease, a new holder's first, or who is in the way. */
export function takeLease(
  task: Task,
  wanted: { readonly lease: NewLease; readonly takeOver: boolean },
  context: CommandContext,
): { readonly kind: 'taken'; readonly isNew: boolean; readonly lease: Lease; readonly event: TaskEventBody } | Refusal {
  const { holder, tokenHash, ttlMs } = wanted.lease;
  const expires_at = isoTime(context.now + ttlMs);
  if (holdsLease(task, tokenHash)) {
    const lease = { ...task.lease, expires_at };
    return { kind: 'taken', isNew: false, lease, event: { type: 'lease_renewed', data: { expires_at } } };
  }
  if (tokenHash === '') return refuse('invalid_input', 'A lease needs a token; let `perdure task continue` make one.');
  const standing = leaseStanding(task.lease, context.now);
  // The holder itself may start anew, as after the loss of its memory: that is another attempt.
  const isOwn = holdsLease(task, context.tokenHash);
  if (standing === 'alive' && !isOwn) return heldByAnother(task);
  if (standing === 'expired' && !isOwn && !wanted.takeOver) return needsTakeOver(task);
  const { attempt, fence } = task.lease ?? { attempt: 0, fence: 0 };
  const lease = { holder, attempt: attempt + 1, fence: fence + 1, token_hash: tokenHash, expires_at };
  return { kind: 'taken', isNew: true, lease, event: { type: 'lease_taken', data: { lease } } };
}

/** A write by the holder renews its lease; an event of its own only once less than half is left, so that logs stay short. */
export function renewal(task: Task, context: CommandContext): TaskEventBody | undefined {
  const ttlMs = context.leaseTtlMs ?? defaultLeaseTtlMs;
  if (!holdsLease(task, context.tokenHash)) return undefined;
  if (Date.parse(task.lease.expires_at) - context.now >= ttlMs / 2) return undefined;
  return { type: 'lease_renewed', data: { expires_at: isoTime(context.now + ttlMs) } };
}

function heldByAnother({ task_id, lease }: Task): Refusal {
  const message = `${lease?.holder} is at work on task ${task_id} until ${lease?.expires_at}; wait, or steer it: controls need no lease.`;
  return refuse('lease_held', message, { reason: 'held', holder: lease?.holder, expires_at: lease?.expires_at });
}

function needsTakeOver({ task_id, lease }: Task): Refusal {
  const message = `The lease of ${lease?.holder} on task ${task_id} expired at ${lease?.expires_at}; take it over with \`--take-over\`.`;
  return refuse('lease_held', message, { reason: 'expired', holder: lease?.holder, expires_at: lease?.expires_at });
}
