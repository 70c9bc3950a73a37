/** What a drive needs of its surroundings besides the record: time, the engine, people who watch. */

/** Time as an input. `after` calls back once, `ms` from now, unless the returned function was called before. */
export interface Clock {
  /** Milliseconds since the epoch, by a clock that people and machines set, also backwards. */
  now(): number;
  /** Milliseconds since some moment of this process, by a clock that only goes on, and not while the machine sleeps. */
  elapsed(): number;
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

/** Whose code is running, and what it does: a clause like `in step "pay"`. */
export interface LoopOccupant {
  readonly runId: string;
  at: string;
}

/** Knows whose code is running at any moment, so that a loop that is never given back is laid at the right door. */
export interface LoopRegister {
  /** Runs `work`, and all that follows from it, in the name of the occupant. */
  inNameOf<T>(occupant: LoopOccupant, work: () => T): T;
}

/** A drive that held the loop until its worker was killed, or ended the worker itself. */
export interface StuckDrive extends Readonly<LoopOccupant> {
  /** `file:line` in the code of the author, where it is known. */
  readonly place?: string;
  /** What nobody caught, where that has ended the worker. */
  readonly error?: string;
}
