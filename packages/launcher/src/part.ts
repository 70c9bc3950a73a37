/** What the launcher runs: the engine, or a Node process of ours. */

/** A part that is up. */
export interface Part {
  readonly pid: number;
  /** What it had to leave out to come up: one sentence each. */
  readonly warnings?: readonly string[];
  /** Resolves when it is gone. */
  stop(options?: StopOptions): Promise<void>;
}

export interface StopOptions {
  /** Kills it. */
  readonly force?: boolean;
  /** Nobody waits for its end: what must not be cut off is given a minute. */
  readonly patient?: boolean;
}

export interface StartContext {
  /** Gives the start up: the part is killed and the start rejects. */
  readonly signal: AbortSignal;
  /** Called once a part that was up has ended, asked or not. */
  readonly onExit: (how: string) => void;
}

/** Resolves when the part is ready to work; rejects, with the part gone, when it ended before. */
export type StartPart = (context: StartContext) => Promise<Part>;

export const partNames = ['engine', 'demo-model', 'server', 'worker'] as const;
export type PartName = (typeof partNames)[number];
