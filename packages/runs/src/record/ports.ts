/** What a drive needs of its surroundings besides the record: time, the engine, people who watch. */

/** Time as an input. `after` calls back once, `ms` from now, unless the returned function was called before. */
export interface Clock {
  now(): number;
  after(ms: number, callback: () => void): () => void;
}

/** The engine's half of the port that the run core calls. */
export interface Waker {
  /** Durable when it resolves: `drive(runId)` will be called at least once at or after `at` (E1). */
  wake(runId: string, options?: { readonly at?: number }): Promise<void>;
}

/** Nudges and text for watchers. Losing them loses nothing: events are read from the database. */
export interface LiveSink {
  committed(runId: string): void;
  text(runId: string, stepKey: string, delta: string): void;
}
