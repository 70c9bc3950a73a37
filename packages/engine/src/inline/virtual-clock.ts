/** Time that passes when told to: for tests and dry runs. */

import type { Clock } from '../port.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

export class VirtualClock implements Clock {
  /** What `now` is ahead of `elapsed`. */
  #ahead: number;
  #elapsed = 0;
  readonly #timers = new Set<Timer>();

  constructor(startAt = 1_700_000_000_000) {
    this.#ahead = startAt;
  }

  now(): number {
    return this.#elapsed + this.#ahead;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  after(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.#elapsed + Math.max(0, ms), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** When the next timer is due; undefined without any. */
  get nextAt(): number | undefined {
    let next: number | undefined;
    for (const timer of this.#timers) if (next === undefined || timer.at < next) next = timer.at;
    return next === undefined ? undefined : next + this.#ahead;
  }

  /** Moves time forward to `at` and calls back what is due then, in order. */
  moveTo(at: number): void {
    const until = at - this.#ahead;
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.at <= until).toSorted((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#elapsed = Math.max(this.#elapsed, due.at);
      due.callback();
    }
    this.#elapsed = Math.max(this.#elapsed, until);
  }

  /** The wall clock is set, or the machine was asleep for as long: no timer notices. */
  set(ahead: number): void {
    this.#ahead += ahead;
  }
}
