/**
 * Who watches which run, in this process. Signals come from a worker's socket, from the server's own writes, and from a
 * poll of the database that runs only while somebody watches: a lost signal costs a watcher at most one turn of that
 * poll.
 */

import type { LiveSignal } from '@perdure/contract';

export type LiveListener = (signal: LiveSignal) => void;

export interface LiveHub {
  /** Calls `listener` for each signal of the run until the function returned is called. */
  subscribe(runId: string, listener: LiveListener): () => void;
  publish(runId: string, signal: LiveSignal): void;
  /** Tells every watcher to look into the database. */
  nudgeAll(): void;
  /** Stops the poll. */
  close(): void;
}

export interface LiveHubOptions {
  /** A number that changes when another connection has written: `PRAGMA data_version`. Without it there is no poll. */
  readonly dataVersion?: () => number;
  /** Default 100. */
  readonly pollMs?: number;
}

export function createLiveHub(options: LiveHubOptions = {}): LiveHub {
  const { dataVersion, pollMs = 100 } = options;
  const watchers = new Map<string, Set<LiveListener>>();
  let poll: NodeJS.Timeout | undefined;

  const publish = (runId: string, signal: LiveSignal): void => {
    for (const listener of watchers.get(runId) ?? []) listener(signal);
  };
  const nudgeAll = (): void => {
    for (const runId of watchers.keys()) publish(runId, { type: 'committed' });
  };
  const startPoll = (read: () => number): NodeJS.Timeout => {
    let seen = attempt(read);
    return setInterval(() => {
      const now = attempt(read);
      // A database that cannot be read now nudges too: the watchers meet the error where they can report it.
      if (now === seen && now !== undefined) return;
      seen = now;
      nudgeAll();
    }, pollMs).unref();
  };
  const stopPoll = (): void => {
    clearInterval(poll);
    poll = undefined;
  };

  return {
    subscribe(runId, listener) {
      const listeners = watchers.get(runId) ?? new Set();
      watchers.set(runId, listeners.add(listener));
      if (dataVersion !== undefined) poll ??= startPoll(dataVersion);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && watchers.get(runId) === listeners) watchers.delete(runId);
        if (watchers.size === 0) stopPoll();
      };
    },
    publish,
    nudgeAll,
    close: stopPoll,
  };
}

function attempt(read: () => number): number | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
