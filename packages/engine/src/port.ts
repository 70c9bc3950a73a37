/**
 * What Perdure asks of a durable engine.
 *
 * E1 After `wake` resolves, `drive` is called at least once at or after `at`, whatever dies.
 * E2 One driver per run as far as the engine knows; nothing relies on it.
 * E3 A drive that throws is called again: after 200 ms, doubling, at most 1 s between tries.
 * E4 A wake during a drive leads to another drive.
 *
 * Every adapter passes `conformance.ts`.
 */

/** Durable when it resolves: `drive(runId)` will be called at least once at or after `at` (E1). */
export interface Waker {
  wake(runId: string, options?: { readonly at?: number }): Promise<void>;
}

/** Time as an input. `after` calls back once, `ms` from now, unless the returned function was called before. */
export interface Clock {
  /** Milliseconds since the epoch, by a clock that people and machines set, also backwards. */
  now(): number;
  /** Milliseconds since some moment of this process, by a clock that only goes on, and not while the machine sleeps. */
  elapsed(): number;
  after(ms: number, callback: () => void): () => void;
}

/** Ours: returns when the run is finished or parked. */
export type Drive = (runId: string) => Promise<void>;

/** E3, in milliseconds. */
export const retryDelays = { first: 200, longest: 1_000 } as const;
