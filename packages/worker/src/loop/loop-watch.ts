/**
 * Knows whose code is running. Each run's code, and what follows from it, runs in an asynchronous context with the
 * run's name; a thread beside the loop sees when it stands still, looks whose context that is, and leaves the name in a
 * file for whoever comes after this worker.
 *
 * Surprise: while the loop turns nobody is asked, and entering somebody's code costs about a microsecond.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import { Worker } from 'node:worker_threads';
import type { LoopOccupant, LoopRegister } from '@perdure/runs';
import { removeHeldLoop } from './held-loop-file.ts';
import { LoopMark } from './loop-mark.ts';
import { nameOfAsking } from './loop-messages.ts';

export interface LoopWatch {
  readonly register: LoopRegister;
  /** Whose code is running; undefined: nobody's. */
  readonly occupant: () => LoopOccupant | undefined;
  close(): Promise<void>;
}

export interface LoopWatchOptions {
  /** Where to say who holds the loop. */
  readonly file: string;
  readonly log: (message: string) => void;
  /**
   * How often the thread looks, in milliseconds. Default 1,000: three looks are longer than work of ours takes at a
   * time, and over well before the launcher has lost its patience.
   */
  readonly lookEveryMs?: number;
}

export function watchLoop({ file, log, lookEveryMs = 1_000 }: LoopWatchOptions): LoopWatch {
  const mark = new LoopMark();
  const occupants = new AsyncLocalStorage<LoopOccupant>();
  // The thread asks for it by this name, in the middle of whatever holds the loop.
  Object.assign(globalThis, { [nameOfAsking]: () => JSON.stringify(occupants.getStore() ?? null) });
  const entry = new URL(`./loop-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
  let started: { readonly thread: Worker; readonly clock: NodeJS.Timeout } | undefined;
  /** With the first code of an author: a worker without a run has nobody to watch. */
  const start = () => {
    const thread = new Worker(entry, { workerData: { memory: mark.memory, file, lookEveryMs }, env: {}, execArgv: [] });
    thread.unref();
    // Without it all goes on; a run that holds the loop is then killed with the worker, and never set aside.
    thread.on('error', (error) => log(`the watch over the loop has ended: ${String(error)}`));
    return { thread, clock: setInterval(() => mark.tick(), lookEveryMs / 2).unref() };
  };
  return {
    occupant: () => occupants.getStore(),
    register: {
      inNameOf(occupant, work) {
        started ??= start();
        mark.enter(occupant);
        return occupants.run(occupant, work);
      },
    },
    async close() {
      clearInterval(started?.clock);
      await started?.thread.terminate();
      removeHeldLoop(file);
    },
  };
}
