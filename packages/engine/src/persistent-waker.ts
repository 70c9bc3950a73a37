/**
 * A waker for those who accept work while the engine may be away: a wake that fails is reported, and tried again in the
 * background until it gets through. Only a convenience: what is lost with this process is in the record, where the
 * sweep finds it (R5).
 */

import type { Clock, Waker } from './port.ts';

const firstDelayMs = 250;
const longestDelayMs = 5_000;

export interface PersistentWaker extends Waker {
  /** Gives up what is still to be tried. */
  close(): void;
}

export function createPersistentWaker(waker: Waker, clock: Pick<Clock, 'after'>): PersistentWaker {
  /** Runs that wait for the engine, with what cancels their next try: one wake for each is enough. */
  const pending = new Map<string, () => void>();

  let isClosed = false;

  const tryLater = (runId: string, delayMs: number): void => {
    if (isClosed) return;
    pending.get(runId)?.();
    pending.set(
      runId,
      clock.after(delayMs, () => {
        pending.delete(runId);
        waker.wake(runId).catch(() => tryLater(runId, Math.min(delayMs * 2, longestDelayMs)));
      }),
    );
  };

  return {
    wake: async (runId, options) => {
      try {
        await waker.wake(runId, options);
      } catch (error) {
        // A timer that comes early is parked again by the drive, with its own wake.
        tryLater(runId, firstDelayMs);
        throw error;
      }
    },
    close: () => {
      isClosed = true;
      for (const cancel of pending.values()) cancel();
      pending.clear();
    },
  };
}
