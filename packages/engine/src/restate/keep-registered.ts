/**
 * Keeps the engine told of the worker: at the start, and whenever the engine has come back. An engine that lost its
 * data comes back empty and well, and would refuse every wake until somebody registered.
 *
 * Surprise: nothing polls. A line to the engine is held open, and its end is the engine's. It is opened before the
 * engine is told, so an end in between is not missed.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@perdure/contract';
import type { EngineSocket, HeldLine } from './http.ts';
import { registerWorker, type Registered } from './register.ts';

export interface KeepRegisteredOptions {
  readonly admin: EngineSocket;
  readonly workerPort: number;
  /**
   * Called after each registration, one call at a time: what the engine may have lost comes back from the record (R5).
   * Where it rejects, it is called again after another one, and told the same.
   */
  readonly onRegistered: (registered: Registered) => Promise<unknown>;
  readonly log: (message: string) => void;
}

export interface Registration {
  /** Resolves when the engine knows of the worker for the first time. */
  readonly first: Promise<void>;
  close(): void;
}

/** Between two tries, in milliseconds: after a crash the engine needs a moment to replay its log. */
const pauses = { first: 50, longest: 1_000 } as const;
/** Failures before one is worth a line: a start takes a few, an engine that is gone for good would fill the log. */
const loudFailure = 6;

export function keepRegistered(options: KeepRegisteredOptions): Registration {
  const { admin, workerPort, log } = options;
  const closing = new AbortController();
  const first = Promise.withResolvers<void>();
  let line: HeldLine | undefined;

  const keep = async (): Promise<void> => {
    let failures = 0;
    let isNew = false;
    while (!closing.signal.aborted) {
      line = admin.hold();
      try {
        isNew = (await registerWorker(admin, workerPort)).isNew || isNew;
        first.resolve();
        if (closing.signal.aborted) return;
        await options.onRegistered({ isNew });
        isNew = false;
        const registeredAt = performance.now();
        await line.gone;
        if (performance.now() - registeredAt < pauses.longest) throw new Error('the engine hung up right away');
        failures = 0;
      } catch (error) {
        line.end();
        failures += 1;
        if (failures === loudFailure && !closing.signal.aborted)
          log(`not registered with the engine yet: ${messageOf(error)}`);
        const pause = Math.min(pauses.longest, pauses.first * 2 ** (failures - 1));
        await delay(pause, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  };
  void keep();
  return {
    first: first.promise,
    close: () => {
      closing.abort();
      line?.end();
    },
  };
}
