/**
 * Everything a command touches outside itself. Commands get it as an argument, so a test runs them in its own process,
 * with its own folder, clock and streams, against a real server.
 */

import type { Environment, Sink } from '../text/sink.ts';
import type { Caller } from './caller.ts';

/** What a person, a service manager or the end of a terminal may send. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** What is read; of a terminal key by key where it is asked to. */
export interface Source extends AsyncIterable<Uint8Array | string> {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
  /** Reads no more: whoever waits for more is told that this was all. */
  destroy?(): unknown;
}

export interface Rim {
  readonly cwd: string;
  readonly env: Environment;
  readonly homedir: string;
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Milliseconds since the epoch. */
  now(): number;
  caller(): Caller;
  /** Starts this program once more, with other words, and does not wait for it; absent: it cannot be. */
  background?(argv: readonly string[]): void;
  /** Calls `listener` on each signal until the returned function is called. */
  onStopSignal(listener: (signal: StopSignal) => void): () => void;
}
