/**
 * How long a cancelled drive waits for work in flight that ignores its signal. Work that may still act is waited for,
 * so that undoing does not overtake it; work that never ends must not hold the run for ever.
 */

import type { Clock } from '../record/ports.ts';

export const patienceMs = 30_000;

export class Patience {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Settles as `work` does; rejects with `reason` where that takes longer than the patience that began with `begin`.
   */
  of<T>(work: Promise<T>, reason: unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(reason);
      this.#waiting.add(giveUp);
      const settled = (): void => void this.#waiting.delete(giveUp);
      Promise.resolve(work).then(resolve, reject).finally(settled);
    });
  }

  begin(): void {
    this.#cancelTimer ??= this.#clock.after(patienceMs, () => {
      for (const giveUp of this.#waiting) giveUp();
    });
  }

  end(): void {
    this.#cancelTimer?.();
  }
}
