/**
 * How long a busy writer stays out of SQLite's write lock, so that other processes get their turn.
 *
 * SQLite has no queue for writers: a waiting process polls, and a writer that commits back to back starves it (measured: 2 s at p99).
 * Holding the lock therefore costs credit, which time outside it pays back one for one. A short burst runs without a pause, so one
 * run alone keeps its latency; a saturated writer ends up holding the lock for at most half of the time, in gaps of at least
 * `minGapMs`.
 */
export interface LockBudgetOptions {
  /** Lock time that a burst may use before it must pause, in milliseconds. */
  readonly burstMs?: number;
  /** Shortest pause worth making, in milliseconds: a waiting process polls after 1 ms. */
  readonly minGapMs?: number;
}

export class LockBudget {
  readonly #burstMs: number;
  readonly #minGapMs: number;
  #debtMs = 0;
  #freeSince = 0;

  constructor(options: LockBudgetOptions = {}) {
    this.#burstMs = options.burstMs ?? 4;
    this.#minGapMs = options.minGapMs ?? 1;
  }

  /** Milliseconds to stay out of the lock from `now` on; 0 when a transaction may begin. */
  waitMs(now: number): number {
    const debt = this.#debtAt(now);
    return debt <= this.#burstMs ? 0 : Math.max(debt - this.#burstMs, this.#minGapMs);
  }

  /** Tells that the lock was held from `from` to `until`. */
  spend(from: number, until: number): void {
    this.#debtMs = this.#debtAt(from) + (until - from);
    this.#freeSince = until;
  }

  #debtAt(now: number): number {
    return Math.max(0, this.#debtMs - (now - this.#freeSince));
  }
}
