/**
 * What a sweep finds to report of a running task: a timed report that is due, and work that has come to a standstill.
 * Nothing here changes a task: one that nobody works on is told of, and left as it is.
 */

import type { Task } from '@perdure/contract';
import { leaseState } from './lease.ts';
import type { Reported } from './reported.ts';
import { reportIntervalSeconds, isTold, type ReportPolicy } from './report-policy.ts';
import { isQuiet } from './quiet-hours.ts';

export type DueReason = 'never_reported' | 'interval_elapsed' | 'cooldown_after_immediate' | 'not_due';

/** Names are those of the original. */
export interface Due {
  readonly due: boolean;
  readonly reason: DueReason;
  readonly elapsed_seconds?: number;
  readonly interval_seconds: number;
  readonly cooldown_seconds: number;
}

/** By the cadence alone: whether the next timed report has come to be due. */
export function reportDue(task: Task, { lastAt, lastImmediateAt }: Reported, options: DueOptions): Due {
  const { policy, now } = options;
  const times = {
    interval_seconds: reportIntervalSeconds(task, policy),
    cooldown_seconds: policy.cooldownSeconds,
  };
  // A time to come was noted before the clock was set back: nobody waits until it is reached once more.
  const since = (at: number) => (at > now ? Infinity : Math.floor((now - at) / 1000));
  if (lastImmediateAt !== undefined && since(lastImmediateAt) < times.cooldown_seconds) {
    return { due: false, reason: 'cooldown_after_immediate', elapsed_seconds: since(lastImmediateAt), ...times };
  }
  if (lastAt === undefined) return { due: true, reason: 'never_reported', ...times };
  const elapsed = since(lastAt);
  const due = elapsed >= times.interval_seconds;
  const known = Number.isFinite(elapsed) ? { elapsed_seconds: elapsed } : {};
  return { due, reason: due ? 'interval_elapsed' : 'not_due', ...known, ...times };
}

export interface DueOptions {
  readonly policy: ReportPolicy;
  readonly now: number;
}

/** What a sweep makes of a task. The first that fits: one table, in this order. */
export type Finding =
  | { readonly kind: 'stale'; readonly cause: string; readonly why: string }
  | { readonly kind: 'timed' }
  | {
      readonly kind: 'nothing';
      readonly why: 'not_running' | 'level' | 'quiet_hours' | 'nothing_new' | 'not_sent_yet' | DueReason;
    };

export function findReport(task: Task, reported: Reported, options: DueOptions): Finding {
  const { policy, now } = options;
  if (task.desired_state !== 'running') return { kind: 'nothing', why: 'not_running' };
  const standstill = standstillOf(task, options);
  if (standstill !== undefined) return { kind: 'stale', ...standstill };
  if (!isTold(task, 'timed', policy)) return { kind: 'nothing', why: 'level' };
  if (isQuiet(now, policy.quietHours)) return { kind: 'nothing', why: 'quiet_hours' };
  // It says the same as the next would: whoever cannot be reached is not given a heap of them afterwards.
  if (reported.timedWaits === true) return { kind: 'nothing', why: 'not_sent_yet' };
  const { due, reason } = reportDue(task, reported, options);
  if (!due) return { kind: 'nothing', why: reason };
  // Nobody is at it and nothing was done since: the same line again would make it look alive.
  const isWorked = leaseState(task.lease, now) === 'alive' || Date.parse(task.worked_at) > (reported.lastAt ?? 0);
  return isWorked ? { kind: 'timed' } : { kind: 'nothing', why: 'nothing_new' };
}

/** Why nobody works on a task that should run. `cause` names this standstill and no other: it is told once. */
export function standstillOf(
  task: Task,
  { policy, now }: DueOptions,
): { readonly cause: string; readonly why: string } | undefined {
  if (task.desired_state !== 'running') return undefined;
  const standing = leaseState(task.lease, now);
  if (standing === 'expired' && task.lease !== null) {
    const { holder, expires_at, fence } = task.lease;
    return { cause: `interrupted:${fence}`, why: `${holder} has not been heard of, its lease ended at ${expires_at}` };
  }
  const idleMs = now - Date.parse(task.worked_at);
  if (standing === 'alive' || standing === 'resting' || idleMs < policy.staleAfterMs) return undefined;
  return { cause: `idle:${task.worked_at}`, why: `nobody has worked on it since ${task.worked_at}` };
}
