/** The clock of the machine. */

import type { Clock } from './port.ts';

/** `setTimeout` fires at once for delays beyond this many milliseconds; longer ones are taken in pieces. */
const longestTimeout = 2 ** 31 - 1;

export const realClock: Clock = {
  now: () => Date.now(),
  // CLOCK_MONOTONIC on Linux, which leaves suspend out. On macOS the clock that Node reads goes on meanwhile.
  elapsed: () => performance.now(),
  after: (ms, callback) => {
    let timer: NodeJS.Timeout;
    const arm = (left: number): void => {
      timer =
        left > longestTimeout
          ? setTimeout(() => arm(left - longestTimeout), longestTimeout)
          : setTimeout(callback, left);
    };
    arm(ms);
    return () => clearTimeout(timer);
  },
};
