/**
 * Keeps one part running: starts it, starts it again when it ends, and ends it.
 *
 * S1 A part that ends unasked is started again after a growing pause; one that lived well begins with the shortest.
 * S2 Until it was ready for the first time, a final error or five crashes in a row give up: `ready` rejects with the
 * part's own error.
 * S3 A restart that was asked for has no pause, and cuts a pause or a start short.
 * S4 After `retire` or `stop` nothing is started, and what was starting is killed.
 * S5 A part that is ending is told again only to hurry: by a stop, where it ends for a restart, which has time; and by
 * force.
 * S6 A part of ours that has answered once is killed when it has not answered for 30 s, one that never has when it has
 * not for 60 s: it may be loading on a slow machine.
 */

import { compact, errorCatalogue, isPerdureError, messageOf } from '@perdure/contract';
import { countCrash, restartDelay } from './backoff.ts';
import type { Part, PartName, StartPart, StopOptions } from './part.ts';
import { realWait } from './real-wait.ts';
import type { LaunchStatus } from './status.ts';

export interface Supervisor {
  /** Resolves when the part was ready for the first time. */
  readonly ready: Promise<void>;
  /** Pid of the part, while it is up. */
  pid(): number | undefined;
  /** Ends the part in order and starts it again; resolves when it has ended. */
  restart(because: string): Promise<void>;
  /** A part that is up stays up, and is not started again when it ends (S4). */
  retire(): void;
  /** Called again with `force`, it kills what is still ending. */
  stop(options?: Pick<StopOptions, 'force'>): Promise<void>;
}

export interface SuperviseOptions {
  readonly onStatus: (status: LaunchStatus) => void;
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export type Phase =
  | { readonly kind: 'starting' | 'paused'; readonly cut: AbortController }
  | { readonly kind: 'up'; readonly part: Part }
  | { readonly kind: 'ending'; readonly part: Part; readonly isPatient: boolean; readonly ended: Promise<void> };

const maxFirstCrashes = 5;

export function supervise(name: PartName, start: StartPart, options: SuperviseOptions): Supervisor {
  const { onStatus, wait = realWait } = options;
  const firstReady = Promise.withResolvers<void>();
  // Nobody may be waiting any more: another part failed first.
  firstReady.promise.catch(() => undefined);
  const stopping = new AbortController();
  let restartAsked = false;
  let wasReady = false;
  let phase: Phase = { kind: 'paused', cut: new AbortController() };

  /** One life, from start to end: why it ended. */
  const live = async (): Promise<unknown> => {
    const ended = Promise.withResolvers<string>();
    const cut = new AbortController();
    phase = { kind: 'starting', cut };
    try {
      const signal = AbortSignal.any([cut.signal, stopping.signal]);
      const part = await start({ signal, onExit: ended.resolve });
      // It may have become ready in the moment it was given up.
      if (signal.aborted) return await part.stop({ force: true });
      phase = { kind: 'up', part };
      wasReady = true;
      firstReady.resolve();
      const { pid, warnings } = part;
      onStatus({ kind: 'ready', part: name, pid, ...compact({ warnings: warnings?.length ? warnings : undefined }) });
    } catch (error) {
      return error;
    }
    return await ended.promise;
  };

  const keepRunning = async (): Promise<void> => {
    let crashes = 0;
    while (!stopping.signal.aborted) {
      const bornAt = performance.now();
      restartAsked = false;
      onStatus({ kind: 'starting', part: name });
      const why = await live();
      if (stopping.signal.aborted) return;
      if (restartAsked) continue;
      crashes = countCrash(crashes, performance.now() - bornAt);
      if (!wasReady && (isFinal(why) || crashes >= maxFirstCrashes)) return firstReady.reject(why);
      const restartInMs = restartDelay(crashes);
      onStatus({ kind: 'crashed', part: name, why: messageOf(why), restartInMs });
      const cut = new AbortController();
      phase = { kind: 'paused', cut };
      await wait(restartInMs, AbortSignal.any([cut.signal, stopping.signal]));
    }
  };

  const end = async (options: StopOptions): Promise<void> => {
    phase = toldToEnd(phase, options);
    if (phase.kind === 'ending') await phase.ended;
  };
  const finished = keepRunning();

  return {
    ready: firstReady.promise,
    pid: () => (phase.kind === 'up' ? phase.part.pid : undefined),
    async restart(because) {
      if (stopping.signal.aborted || phase.kind === 'ending') return;
      onStatus({ kind: 'restarting', part: name, because });
      restartAsked = true;
      if (phase.kind === 'up') await end({ patient: true });
      else phase.cut.abort();
    },
    retire: () => stopping.abort(),
    async stop({ force = false } = {}) {
      stopping.abort();
      await end({ force });
      await finished;
    },
  };
}

/** Ends what is up (S5). */
function toldToEnd(phase: Phase, { force = false, patient = false }: StopOptions): Phase {
  if (phase.kind === 'up') {
    const { part } = phase;
    return { kind: 'ending', part, isPatient: patient, ended: part.stop({ force, patient }) };
  }
  const isToHurry = phase.kind === 'ending' && (force || (phase.isPatient && !patient));
  return isToHurry ? { ...phase, isPatient: false, ended: phase.part.stop({ force }) } : phase;
}

/** Trying again changes nothing. */
function isFinal(why: unknown): boolean {
  return isPerdureError(why) && !errorCatalogue[why.code].retryable;
}
