/**
 * A report on its way, and the port behind which it is kept. It is written in the transaction of what it reports:
 * there is none without the other. It is claimed before it is sent, under a fence that grows with every attempt: of
 * two senders one sends, and who is late says nothing over the other. Only what certainly did not arrive is sent
 * again; what may have arrived stays `unknown`, unless its receiver takes our key.
 */

import {
  nextReportState,
  type Delivery,
  type DeliveryMethod,
  type ReportAction,
  type ReportReason,
  type ReportState,
  type Task,
} from '@perdure/contract';
import type { Reported } from './reported.ts';

/** A report to be made. */
export interface ReportDraft {
  /** What it reports: the same is reported once. */
  readonly cause: string;
  readonly reason: ReportReason;
  readonly delivery: Delivery;
  readonly text: string;
  readonly facts: ReportFacts;
}

/** What programs are told beside the text, and by what its level is decided when it is sent. */
export interface ReportFacts extends Pick<
  Task,
  'title' | 'desired_state' | 'phase' | 'health' | 'execution_priority' | 'status_update_interval_seconds'
> {
  readonly report_level?: number;
  readonly task_percent: number;
  readonly project_percent: number;
  readonly why: string;
}

/** A report as it is kept. */
export interface StoredReport extends ReportDraft {
  /** The key by which a receiver knows it again. */
  readonly id: string;
  readonly taskId: string;
  /** From 1 within its task. */
  readonly number: number;
  readonly state: ReportState;
  /** How often it was tried: the fence of whoever sends it. */
  readonly attempt: number;
  /** When it is tried again, or its sender must be gone. */
  readonly nextAt: number;
  readonly problem: string | undefined;
  readonly createdAt: number;
}

/** How an attempt ended. `failed`: it certainly did not arrive. `unknown`: it may have. */
export type SendOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

export const mostAttempts = 8;
const firstPauseMs = 30_000;
const longestPauseMs = 3_600_000;
/** A time further ahead was noted before the clock was set back. */
const farthestMs = 2 * longestPauseMs;

/** Half a minute after the first failure, then four times as long each, up to an hour. */
export function pauseAfter(attempt: number): number {
  return Math.min(firstPauseMs * 4 ** (attempt - 1), longestPauseMs);
}

/** What becomes of a row when somebody comes to send. */
export type ClaimStep =
  | { readonly kind: 'wait' }
  | { readonly kind: 'send'; readonly state: ReportState }
  | { readonly kind: 'end'; readonly state: ReportState; readonly problem: string };

type Row = Pick<StoredReport, 'state' | 'attempt' | 'nextAt' | 'delivery'>;

export function claimStep(row: Row, now: number): ClaimStep {
  const isDue = row.nextAt <= now || row.nextAt > now + farthestMs;
  if (!isDue) return { kind: 'wait' };
  if (row.state === 'pending' || row.state === 'failed') return { kind: 'send', state: moved(row.state, 'claim') };
  if (row.state !== 'sending') return { kind: 'wait' };
  if (!takesKey(row.delivery)) {
    const problem = 'whoever sent it was gone before it was told how that ended';
    return { kind: 'end', state: moved('sending', 'lose'), problem };
  }
  if (row.attempt >= mostAttempts) {
    return { kind: 'end', state: moved('sending', 'exhaust'), problem: `given up after ${row.attempt} attempts` };
  }
  return { kind: 'send', state: moved('sending', 'reclaim') };
}

/** The row after an attempt. `state`: whoever was late may find it `unknown`. */
export function afterAttempt(
  { state, attempt, delivery }: Omit<Row, 'nextAt'>,
  outcome: SendOutcome,
  now: number,
): { readonly state: ReportState; readonly nextAt: number; readonly problem: string | null } {
  if (outcome.kind === 'sent') return { state: moved(state, 'sent'), nextAt: 0, problem: null };
  const problem = outcome.why;
  if (outcome.kind === 'unknown' && !takesKey(delivery)) {
    return { state: state === 'unknown' ? state : moved(state, 'lose'), nextAt: 0, problem };
  }
  if (attempt >= mostAttempts && state === 'sending') return { state: moved(state, 'exhaust'), nextAt: 0, problem };
  return { state: moved(state, 'fail'), nextAt: now + pauseAfter(attempt), problem };
}

export function takesKey(delivery: Delivery): boolean {
  return 'takes_key' in delivery && delivery.takes_key === true;
}

function moved(state: ReportState, action: ReportAction): ReportState {
  const next = nextReportState(state, action);
  if (next === undefined) throw new Error(`No arrow ${action} leads out of ${state}; please report this (a1c95d70).`);
  return next;
}

export interface ClaimOptions {
  readonly now: number;
  /** Ways that whoever sends can go. */
  readonly methods: readonly DeliveryMethod[];
  readonly taskId?: string | undefined;
  /** At most so many, of each task one: those of a task keep their order. */
  readonly most: number;
  /** When whoever sends must be gone. */
  readonly until: number;
  /** Whether anybody wants it. */
  readonly isWanted: (report: Pick<StoredReport, 'reason' | 'facts'>) => boolean;
}

/** Reports of tasks, on their way and past. Rejects only where the database cannot be read or written. */
export interface Outbox {
  /** Of a task that a sweep looks at: what it finds under the lock is kept; answers whether there was something. */
  find(
    taskId: string,
    now: number,
    find: (task: Task, reported: Reported) => ReportDraft | undefined,
  ): Promise<'queued' | 'nothing'>;
  /** What was reported of it so far. */
  reported(taskId: string): Promise<Reported>;
  has(taskId: string, cause: string): Promise<boolean>;
  /** Claimed reports, to be sent now; what nobody wants, and what was lost, is settled by the way. */
  claim(
    options: ClaimOptions,
  ): Promise<{ readonly claimed: readonly StoredReport[]; readonly lost: readonly StoredReport[] }>;
  /** How an attempt ended; undefined where another attempt has taken its place. */
  settle(report: StoredReport, outcome: SendOutcome, now: number): Promise<ReportState | undefined>;
  /** What has not arrived for certain and is not given up by anybody, oldest first. */
  open(taskId?: string): Promise<readonly StoredReport[]>;
  /** The newest of a task, newest first. */
  newest(taskId: string, most: number): Promise<readonly StoredReport[]>;
  /** What a person says of one; undefined where there is none of this number. */
  order(
    taskId: string,
    number: number,
    action: 'resend' | 'skip',
    now: number,
  ): Promise<{ readonly kind: 'done' | 'impossible'; readonly state: ReportState } | undefined>;
  /** Forgets what is long past, but for the newest of each task; answers how many. */
  prune(now: number): Promise<number>;
  /** Takes or renews the lease of the sweep; false while another holder's lives. */
  holdSweep(holder: string, options: { readonly now: number; readonly until: number }): Promise<boolean>;
  releaseSweep(holder: string): Promise<void>;
}
