/**
 * R5: whatever the engine does not bring comes back from the record; the engine is never asked. A run has a reason to
 * go on when it is queued or running without a commit, its timer is overdue, its child has ended, the model it waits
 * for is back, or an answer or an order was not consumed. So has one whose last commit is still to come by the clock,
 * which was set back: its timer, and all those ages, would be as late.
 *
 * Two occasions. At start and each minute one server, holding the lease, acts on reasons that have stood for a while:
 * the engine is given its chance first. When a worker has registered with an engine, one of the two has just begun, so
 * every reason counts however young.
 *
 * Surprise: timers that are still ahead are handed only to an engine that is new, because its data was lost. Each drive
 * that parks a sleeping run sends a wake of its own. A timer handed over at every start would make a drive more of each
 * later sleep, for good.
 */

import { messageOf } from '@perdure/contract';
import type { Clock, Waker } from '../record/ports.ts';

/** How long a reason may stand before a sweep acts on it, in milliseconds. */
export const sweepAges = { silent: 60_000, overdue: 5_000, every: 60_000 } as const;

/** Wakes under way at a time. */
const together = 32;

/** A run to wake: at once, or at a time still to come. */
export interface RunToWake {
  readonly runId: string;
  readonly at?: number;
}

export interface SweepStore {
  /** Takes or renews the lease `sweep` until `until`; false while another holder's lives. */
  holdLease(holder: string, options: { readonly now: number; readonly until: number }): Promise<boolean>;
  /**
   * Runs with a reason to go on that is older than the ages given. `openSince`: of what is no timer; default:
   * `overdueSince`.
   */
  runsToWake(options: {
    readonly silentSince: number;
    readonly overdueSince: number;
    readonly openSince?: number;
    /** Unfinished runs whose last commit is later than this count too: the clock was set back since. */
    readonly aheadOf?: number;
  }): Promise<readonly string[]>;
  /** Waiting runs whose timer is due after `after`. */
  timersAfter(after: number): Promise<readonly Required<RunToWake>[]>;
}

export interface WakingDeps {
  readonly store: SweepStore;
  readonly waker: Waker;
  readonly clock: Clock;
  readonly log: (message: string) => void;
}

export interface SweepDeps extends WakingDeps {
  /** Names this process among those that sweep. */
  readonly holder: string;
}

/** One pass. What fails is left to the next one. */
export async function sweepOnce(deps: SweepDeps): Promise<void> {
  const now = deps.clock.now();
  if (!(await deps.store.holdLease(deps.holder, { now, until: now + 2 * sweepAges.every }))) return;
  const found = await deps.store.runsToWake({
    silentSince: now - sweepAges.silent,
    overdueSince: now - sweepAges.overdue,
    aheadOf: now + sweepAges.overdue,
  });
  await wakeAll(found.map(atOnce), deps);
}

/**
 * For a worker that has just registered: wakes every run with a reason to go on, and where the engine is new those that
 * sleep, at their time. It takes no lease: two at once wake a run twice, which does no more than once.
 */
export async function wakeAfterRegistration(deps: WakingDeps, engine: { readonly isNew: boolean }): Promise<void> {
  const now = deps.clock.now();
  // No age is asked: the clock may be behind the record, on a machine that lost the time with its power.
  const anyTime = Number.MAX_SAFE_INTEGER;
  const found = await deps.store.runsToWake({
    silentSince: anyTime,
    openSince: anyTime,
    overdueSince: now,
    aheadOf: now,
  });
  const sleeping = engine.isNew ? await deps.store.timersAfter(now) : [];
  await wakeAll([...found.map(atOnce), ...sleeping], deps);
}

const atOnce = (runId: string): RunToWake => ({ runId });

/** A wake that fails keeps none of the others back. */
async function wakeAll(wakes: readonly RunToWake[], { waker, log }: WakingDeps): Promise<void> {
  const failures: unknown[] = [];
  for (let from = 0; from < wakes.length; from += together) {
    const some = wakes.slice(from, from + together).map(async ({ runId, at }) => {
      await waker.wake(runId, at === undefined ? {} : { at });
    });
    for (const outcome of await Promise.allSettled(some))
      if (outcome.status === 'rejected') failures.push(outcome.reason);
  }
  if (wakes.length === 0) return;
  const failed =
    failures.length === 0 ? '' : `; ${failures.length} failed, left to the next: ${messageOf(failures[0])}`;
  log(`wakes sent by the sweep: ${wakes.length - failures.length}${failed}`);
}

/** Sweeps now and each minute until stopped. */
export function startSweep(deps: SweepDeps): { stop(): void } {
  let cancel: (() => void) | undefined;
  let isStopped = false;
  const pass = async (): Promise<void> => {
    try {
      await sweepOnce(deps);
    } catch (error) {
      deps.log(`a sweep failed and is repeated in a minute: ${messageOf(error)}`);
    }
    if (!isStopped) cancel = deps.clock.after(sweepAges.every, () => void pass());
  };
  void pass();
  return {
    stop: () => {
      isStopped = true;
      cancel?.();
    },
  };
}
