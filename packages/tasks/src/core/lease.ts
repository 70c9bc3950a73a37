/**
 * The lease: who works on a task. A released one stays in the snapshot without a token, for its attempt and its fence
 * must never be counted again; it can be taken by anybody. An expired one stays its holder's until somebody takes it
 * over: a late write renews it. One that ends later than it ever could was taken before the clock was set back, and
 * counts as expired.
 */

import type { Lease, Task } from '@perdure/contract';
import { refuse } from './answers.ts';
import type { CommandContext, NewLease } from './commands.ts';
import type { TaskEventBody } from './events.ts';
import { ended, heldByAnother, needsTakeOver, superseded, unknownLease } from './lease-refusals.ts';
import type { Refusal } from './ports.ts';
import { isoTime } from './time.ts';

/** How long a lease lasts after a write, unless whoever takes it says otherwise. */
export const defaultLeaseTtlMs = 15 * 60_000;

/** The share that is left when a write renews it. */
const renewedBelow = 0.9;
/** What may be left of it, as a share: clocks of several processes differ a little. */
const longestLeft = 2;
/** How many of the leases before are known again. */
const mostEarlier = 10;

/** `none`: nobody ever had one. */
export type LeaseState = 'none' | 'released' | 'expired' | 'alive';

export function leaseState(lease: Lease | null, now: number): LeaseState {
  if (lease === null) return 'none';
  if (lease.token_hash === '') return 'released';
  const left = Date.parse(lease.expires_at) - now;
  return left > 0 && left <= lease.ttl_ms * longestLeft ? 'alive' : 'expired';
}

/** Whether this token is that of the newest lease, expired or not. */
export function holdsLease(task: Task, tokenHash: string | undefined): task is Task & { readonly lease: Lease } {
  return task.lease !== null && tokenHash !== undefined && tokenHash !== '' && task.lease.token_hash === tokenHash;
}

/** The lease as it is after its holder let go. */
export function releasedLease(lease: Lease, at: string): Lease {
  return { ...lease, token_hash: '', earlier_hashes: pastHashes(lease), expires_at: at };
}

/** Refuses a write while somebody else is at work, and one that names a lease which is not the newest. */
export function guardLease(task: Task, context: CommandContext): Refusal | undefined {
  const { tokenHash, now } = context;
  if (holdsLease(task, tokenHash)) return undefined;
  const isAlive = leaseState(task.lease, now) === 'alive';
  if (tokenHash !== undefined && task.lease?.earlier_hashes.includes(tokenHash) === true) {
    return isAlive ? superseded(task, tokenHash) : ended(task);
  }
  if (isAlive) return heldByAnother(task);
  return tokenHash === undefined ? undefined : unknownLease(task);
}

/** The holder's next lease, a new holder's first, or who is in the way. */
export function takeLease(
  task: Task,
  wanted: { readonly lease: NewLease; readonly takeOver: boolean },
  context: CommandContext,
): { readonly kind: 'taken'; readonly isNew: boolean; readonly lease: Lease; readonly event: TaskEventBody } | Refusal {
  const { holder, tokenHash, ttlMs } = wanted.lease;
  if (holdsLease(task, tokenHash)) {
    const expires_at = isoTime(context.now + task.lease.ttl_ms);
    const lease = { ...task.lease, expires_at };
    return { kind: 'taken', isNew: false, lease, event: { type: 'lease_renewed', data: { expires_at } } };
  }
  if (tokenHash === '') return refuse('invalid_input', 'A lease needs a token; let `perdure task continue` make one.');
  const standing = leaseState(task.lease, context.now);
  // The holder itself may start anew, as after the loss of its memory: that is another attempt.
  const isOwn = holdsLease(task, context.tokenHash);
  if (standing === 'alive' && !isOwn) return heldByAnother(task);
  if (standing === 'expired' && !isOwn && !wanted.takeOver) return needsTakeOver(task);
  const { attempt, fence } = task.lease ?? { attempt: 0, fence: 0 };
  const expires_at = isoTime(context.now + ttlMs);
  const lease = {
    holder,
    attempt: attempt + 1,
    fence: fence + 1,
    token_hash: tokenHash,
    earlier_hashes: task.lease === null ? [] : pastHashes(task.lease),
    own_hashes: isOwn ? task.lease.own_hashes + 1 : 0,
    ttl_ms: ttlMs,
    expires_at,
  };
  return { kind: 'taken', isNew: true, lease, event: { type: 'lease_taken', data: { lease } } };
}

/**
 * A write by the holder renews its lease; by an event of its own once a tenth of it is over, so that logs stay short.
 */
export function renewal(task: Task, context: CommandContext): TaskEventBody | undefined {
  if (!holdsLease(task, context.tokenHash)) return undefined;
  const { expires_at: expiresAt, ttl_ms: ttlMs } = task.lease;
  const isFresh = Date.parse(expiresAt) - context.now > ttlMs * renewedBelow;
  if (isFresh && leaseState(task.lease, context.now) === 'alive') return undefined;
  return { type: 'lease_renewed', data: { expires_at: isoTime(context.now + ttlMs) } };
}

function pastHashes({ token_hash: newest, earlier_hashes: earlier }: Lease): string[] {
  return [...earlier, ...(newest === '' ? [] : [newest])].slice(-mostEarlier);
}
