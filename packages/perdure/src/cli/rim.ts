/**
 * Everything a command touches outside itself. Commands get it as an argument, so a test runs them in its own process, with its own
 * folder, clock and streams, against a real server.
 */

/** Where text goes. `write` is false when the reader is slower than we are; commands print little enough to ignore it. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a person, a service manager or the end of a terminal may send. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface Rim {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `listener` on each signal until the returned function is called. */
  onStopSignal(listener: (signal: StopSignal) => void): () => void;
}
