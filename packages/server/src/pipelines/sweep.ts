/**
 * R5: at start and each minute one server, holding the lease, wakes the runs whose record holds a reason to go on: queued or running
 * without a commit for a minute, a timer overdue, a child that has ended, an answer or an order nobody consumed. The engine is never asked: what it
 * lost comes back from here.
 */

import type { Clock, Waker } from './ports.ts';

/** How long a reason may stand before the sweep acts on it, in milliseconds: the engine is given its chance first. */
export const sweepAges = { silent: 60_000, overdue: 5_000, every: 60_000 } as const;

export interface SweepStore {
  /** Takes or renews the lease `sweep` until `until`; false while another holder's lives. */
  holdLease(holder: string, options: { readonly now: number; readonly until: number }): Promise<boolean>;
  /** Runs with a reason to go on that is older than the ages given. */
  runsToWake(options: { readonly silentSince: number; readonly overdueSince: number }): Promise<readonly string[]>;
}

export interface SweepDeps {
  readonly store: SweepStore;
  readonly waker: Waker;
  readonly clock: Clock;
  /** Names this process among those that sweep. */
  readonly holder: string;
  readonly log: (message: string) => void;
}

/** One pass; returns how many runs were woken. Whatever fails is left to the next pass. */
export async function sweepOnce(deps: SweepDeps): Promise<number> {
  const now = deps.clock.now();
  if (!(await deps.store.holdLease(deps.holder, { now, until: now + 2 * sweepAges.every }))) return 0;
  const found = await deps.store.runsToWake({
    silentSince: now - sweepAges.silent,
    overdueSince: now - sweepAges.overdue,
  });
  for (const runId of found) await deps.waker.wake(runId);
  if (found.length > 0) deps.log(`the sweep woke ${found.length} run${found.length === 1 ? '' : 's'}`);
  return found.length;
}

/** Sweeps now and each minute until stopped. */
export function startSweep(deps: SweepDeps): { stop(): void } {
  let cancel: (() => void) | undefined;
  let isStopped = false;
  const pass = async (): Promise<void> => {
    try {
      await sweepOnce(deps);
    } catch (error) {
      deps.log(`a sweep failed and is repeated in a minute: ${error instanceof Error ? error.message : String(error)}`);
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
