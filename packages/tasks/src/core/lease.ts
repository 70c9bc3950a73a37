/**
 * The lease: who works on a task. A released one stays in the snapshot without a token, for its attempt and its fence
 * must never be counted again; it can be taken by anybody. An expired one stays its holder's until somebody takes it
 * over: a late write renews it. One that ends later than it ever could was taken before the clock was set back, and
 * counts as expired.
 */

import { compact, type Lease, type Task } from '@perdure/contract';
import { refuse } from './answers.ts';
import type { CommandContext, NewLease } from './commands.ts';
import type { TaskEventBody } from './events.ts';
import { ended, heldByAnother, needsTakeOver, superseded, unknownLease } from './lease-refusals.ts';
import type { Refusal } from './ports.ts';
import { isoTime } from './time.ts';

/** How long a lease lasts after a write, unless whoever takes it says otherwise. */
export const defaultLeaseTtlMs = 15 * 60_000;
const longestSeconds = 604_800;

/** As `PERDURE_LEASE_SECONDS` says it; what is no sensible number of seconds is not heeded. */
export function leaseTtlOf(given: string | undefined): number {
  const seconds = Number(given ?? '');
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= longestSeconds ? seconds * 1_000 : defaultLeaseTtlMs;
}

/**
 * What it is given, as a share of how long it is to last after a write. A write renews it once the part above one is
 * over: so it lasts what it is to after every write, and only some of them have to say so in the log.
 */
const given = 1.1;
/** What may be left of it, as a share: clocks of several processes differ a little. */
const longestLeft = 2;
/** How many of the leases before are known again. */
const mostEarlier = 10;

/** `none`: nobody ever had one. `resting`: its holder has obeyed a pause or a stop, and keeps nobody away. */
export type LeaseState = 'none' | 'released' | 'expired' | 'resting' | 'alive';

export function leaseState(lease: Lease | null, now: number): LeaseState {
  if (lease === null) return 'none';
  if (lease.token_hash === '') return 'released';
  const left = Date.parse(lease.expires_at) - now;
  if (left <= 0 || left > lease.ttl_ms * longestLeft) return 'expired';
  return lease.rests === true ? 'resting' : 'alive';
}

/** Whether this token is that of the newest lease, expired or not. */
export function holdsLease(task: Task, tokenHash: string | undefined): task is Task & { readonly lease: Lease } {
  return task.lease !== null && tokenHash !== undefined && tokenHash !== '' && task.lease.token_hash === tokenHash;
}

/** The lease as it is after its holder let go. */
export function releasedLease(lease: Lease, at: string): Lease {
  const { rests: _, ...ended } = lease;
  return { ...ended, token_hash: '', earlier_hashes: pastHashes(lease), expires_at: at };
}

/** The lease after a write of its holder: one that rested is at work again as soon as the task runs. */
export function renewedLease(task: Task & { readonly lease: Lease }, expires_at: string): Lease {
  const { rests, ...awake } = task.lease;
  return rests === true && task.desired_state !== 'running' ? { ...task.lease, expires_at } : { ...awake, expires_at };
}

/** Whether it is the token of a lease of this task that was another's, or has ended. */
export function isOfEarlierLease({ lease }: Task, tokenHash: string | undefined): tokenHash is string {
  return tokenHash !== undefined && lease?.earlier_hashes.includes(tokenHash) === true;
}

/** Refuses a write while somebody else is at work, and one that names a lease which is not the newest. */
export function guardLease(task: Task, context: CommandContext): Refusal | undefined {
  const { tokenHash, now } = context;
  if (holdsLease(task, tokenHash)) return undefined;
  const isAlive = leaseState(task.lease, now) === 'alive';
  if (isOfEarlierLease(task, tokenHash)) {
    return isAlive ? superseded(task, tokenHash) : ended(task);
  }
  if (isAlive) return heldByAnother(task);
  return tokenHash === undefined ? undefined : unknownLease(task);
}

/** The holder's next lease, a new holder's first, or who is in the way. */
export function takeLease(
  task: Task,
  wanted: { readonly lease: NewLease; readonly takeOver: boolean; readonly gone?: number },
  context: CommandContext,
): { readonly kind: 'taken'; readonly isNew: boolean; readonly lease: Lease; readonly event: TaskEventBody } | Refusal {
  const { holder, tokenHash, ttlMs, process } = wanted.lease;
  if (holdsLease(task, tokenHash)) {
    const expires_at = expiryAt(context.now, task.lease.ttl_ms);
    const lease = renewedLease(task, expires_at);
    return { kind: 'taken', isNew: false, lease, event: { type: 'lease_renewed', data: { expires_at } } };
  }
  if (tokenHash === '') return refuse('invalid_input', 'A lease needs a token; let `perdure task continue` make one.');
  const isGone = wanted.gone !== undefined && wanted.gone === task.lease?.fence;
  const standing = isGone ? 'expired' : leaseState(task.lease, context.now);
  // The holder itself may start anew, as after the loss of its memory: that is another attempt.
  const isOwn = holdsLease(task, context.tokenHash);
  if (standing === 'alive' && !isOwn) return heldByAnother(task);
  if (standing === 'expired' && !isOwn && !wanted.takeOver) return needsTakeOver(task, { isGone });
  const { attempt, fence } = task.lease ?? { attempt: 0, fence: 0 };
  const expires_at = expiryAt(context.now, ttlMs);
  const lease = {
    holder,
    attempt: attempt + 1,
    fence: fence + 1,
    token_hash: tokenHash,
    earlier_hashes: task.lease === null ? [] : pastHashes(task.lease),
    own_hashes: isOwn ? task.lease.own_hashes + 1 : 0,
    ttl_ms: ttlMs,
    expires_at,
    ...compact({ process }),
  };
  return { kind: 'taken', isNew: true, lease, event: { type: 'lease_taken', data: { lease } } };
}

/** A write by the holder renews its lease, unless it lasts long enough after it. */
export function renewal(task: Task, context: CommandContext): TaskEventBody | undefined {
  if (!holdsLease(task, context.tokenHash)) return undefined;
  const { expires_at: expiresAt, ttl_ms: ttlMs } = task.lease;
  const isFresh = Date.parse(expiresAt) - context.now >= ttlMs;
  const standing = leaseState(task.lease, context.now);
  const isAwake = standing === 'alive' || (standing === 'resting' && task.desired_state !== 'running');
  if (isFresh && isAwake) return undefined;
  return { type: 'lease_renewed', data: { expires_at: expiryAt(context.now, ttlMs) } };
}

function expiryAt(now: number, ttlMs: number): string {
  return isoTime(now + Math.round(ttlMs * given));
}

function pastHashes({ token_hash: newest, earlier_hashes: earlier }: Lease): string[] {
  return [...earlier, ...(newest === '' ? [] : [newest])].slice(-mostEarlier);
}
