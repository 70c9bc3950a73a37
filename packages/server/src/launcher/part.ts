/** What the launcher runs: the engine, or a Node process of ours. */

/** A part that is up. */
export interface Part {
  readonly pid: number;
  /** What it had to leave out to come up: one sentence each. */
  readonly warnings?: readonly string[];
  /** Resolves when it is gone. `force` kills it. */
  stop(options?: { readonly force?: boolean }): Promise<void>;
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
