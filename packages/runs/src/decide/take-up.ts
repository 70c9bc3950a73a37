/** What beginning a drive changes in a run (R1), from the run as it is and the orders in its inbox. Pure. */

import { isFinished, nextRunStatus, PerdureError, type RunStatus } from '@perdure/contract';
import type { NewEvent } from '../record/commit.ts';
import { handedOver, type ClearedUsage, type PendingOrder, type RunState } from '../record/record.ts';

/** How far a run had come. */
export interface Progress {
  /** Highest step number. */
  readonly seq: number;
  /** Model turns. */
  readonly turns: number;
}

export type TakeUp =
  /** There is nothing to drive. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'taken';
      /** The run as the drive finds it, its fence raised. */
      readonly run: RunState;
      readonly events: readonly NewEvent[];
      /** Ids of the orders that have had their effect. */
      readonly consumed: readonly string[];
    };

const none: TakeUp = { kind: 'none' };

/** What a drive that held its worker up counts more than a quiet one: three of them are enough (R7). */
const stuckCounts = 3;

export interface TakeUpOptions {
  readonly at: number;
  readonly progress: () => Progress;
  /** Whether the drive before held its worker up until that was killed. */
  readonly wasStuck?: boolean;
}

/**
 * `progress` is asked where somebody lets the run go on that needed attention: what it has used so far no longer
 * counts.
 */
export function takeUp(
  run: RunState,
  orders: readonly PendingOrder[],
  { at, progress, wasStuck = false }: TakeUpOptions,
): TakeUp {
  if (isFinished(run.status)) return none;
  // Between drives nothing is work. Nobody knows when a lost worker was lost: what was under way is done again, and
  // counts then. Where the clock was set back this is less than nothing, so that the work before keeps its length.
  const idleMs = run.idleMs + at - run.updatedAt;
  const barrenDrives = Math.max(0, run.barrenDrives) + 1 + (wasStuck ? stuckCounts : 0);
  const next = { ...run, fence: run.fence + 1, barrenDrives, idleMs, updatedAt: at };
  if (run.status === 'paused' || run.status === 'needs_attention') {
    return released(next, { before: run, orders, progress });
  }
  const status = arrow(run.status, 'drive');
  const wasInFlight = run.status === 'running' || run.status === 'undoing';
  if (wasInFlight && run.barrenDrives !== handedOver) {
    const downMs = Math.max(0, at - run.updatedAt);
    const recovered = { ...next, status, recoveries: run.recoveries + 1 };
    return { kind: 'taken', run: recovered, events: [{ type: 'run.recovered', data: { downMs } }], consumed: [] };
  }
  const events: readonly NewEvent[] = run.fence === 0 ? [{ type: 'run.started', data: {} }] : [];
  return { kind: 'taken', run: { ...next, status }, events, consumed: [] };
}

interface RestingRun {
  readonly before: RunState;
  readonly orders: readonly PendingOrder[];
  readonly progress: () => Progress;
}

/**
 * A run that rests until somebody decides goes on by a resume; a cancel takes it up as a resume does, without a word.
 */
function released(next: RunState, { before, orders, progress }: RestingRun): TakeUp {
  const resumedBy = orders.findLastIndex(({ kind }) => kind === 'resume');
  const isResumed = resumedBy >= 0;
  // A pause that is still open met a run at rest: it has no effect any more.
  const spent = orders.filter(({ kind }, place) => kind !== 'cancel' && (!isResumed || place <= resumedBy));
  const consumed = spent.map(({ id }) => id);
  if (!isResumed && spent.length === orders.length) {
    if (orders.length === 0) return none;
    return { kind: 'taken', run: { ...next, barrenDrives: before.barrenDrives }, events: [], consumed };
  }
  // What it is to be undone for is not forgotten.
  const failure = before.undoOutcome === null ? { error: null, failedKey: null } : {};
  const cleared = before.status === 'needs_attention' ? clearedBy(next, progress()) : before.cleared;
  const status = arrow(arrow(before.status, 'resume'), 'drive');
  const run = { ...next, ...failure, status, cleared, barrenDrives: 1 };
  // It may have been held before anybody drove it.
  const started: readonly NewEvent[] = before.fence === 0 ? [{ type: 'run.started', data: {} }] : [];
  const resumed: readonly NewEvent[] = isResumed ? [{ type: 'run.resumed', data: {} }] : [];
  return { kind: 'taken', run, events: [...started, ...resumed], consumed };
}

function clearedBy({ createdAt, updatedAt, idleMs, tokens }: RunState, { seq, turns }: Progress): ClearedUsage {
  return { seq, turns, tokens, activeMs: updatedAt - createdAt - idleMs };
}

function arrow(status: RunStatus, action: 'drive' | 'resume'): RunStatus {
  const next = nextRunStatus(status, action);
  if (next === undefined)
    throw new PerdureError('internal', `A ${status} run cannot "${action}"; please report this (77d90e1b).`);
  return next;
}
