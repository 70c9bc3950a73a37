/** Time, as the demo model needs it: an input, so that tests need not wait. */

import { setTimeout } from 'node:timers/promises';

export interface DemoClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: DemoClock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await setTimeout(ms, undefined, { signal });
  },
};
