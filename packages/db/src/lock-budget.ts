/**
 * When a busy writer stays out of SQLite's write lock, so that other processes get their turn (G3).
 *
 * SQLite has no queue for writers: who waits has to ask again and again, and a writer that commits back to back starves
 * everybody else (measured: 2 s at p99). So lock time is a budget: after `burstMs` of it without a break the writer
 * takes a break of `gapMs`, in which a process that asks each millisecond gets its turn. A short burst runs without a
 * break, so one run alone keeps its latency.
 */
export interface LockBudgetOptions {
  /** Lock time without a break, in milliseconds. */
  readonly burstMs?: number;
  /** Length of a break, in milliseconds; one that comes by itself counts too. */
  readonly gapMs?: number;
}

export class LockBudget {
  readonly #burstMs: number;
  readonly #gapMs: number;
  #heldMs = 0;
  #freeSince = 0;

  constructor(options: LockBudgetOptions = {}) {
    this.#burstMs = options.burstMs ?? 4;
    this.#gapMs = options.gapMs ?? 1;
  }

  /** Milliseconds to stay out of the lock from `now` on; 0 when a transaction may begin. */
  waitMs(now: number): number {
    this.#restUntil(now);
    return this.#heldMs <= this.#burstMs ? 0 : this.#gapMs - (now - this.#freeSince);
  }

  /** Tells that the lock was held from `from` to `until`. */
  spend(from: number, until: number): void {
    this.#restUntil(from);
    this.#heldMs += until - from;
    this.#freeSince = until;
  }

  #restUntil(now: number): void {
    if (now - this.#freeSince >= this.#gapMs) this.#heldMs = 0;
  }
}

/** Of a clock that never jumps. `performance` is the same, and takes longer to load than a transaction does. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
