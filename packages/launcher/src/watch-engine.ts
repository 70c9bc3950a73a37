/**
 * Watches an engine that is up: whether it takes calls. One that does not for a while is started again
 * (`engine-patience.ts`). It loses nothing by it: the record is the journal, its data stays, and workers register again
 * by themselves.
 *
 * The launcher asks itself, over a new connection: whether somebody else reaches the engine over an old one, or whether
 * a worker answers, makes no difference.
 */

import { judgeEngine, noRecord, probeEveryMs, type EngineJudgement } from './engine-patience.ts';
import { realWait } from './real-wait.ts';
import type { Supervisor } from './supervise.ts';

export interface WatchEngineOptions {
  readonly engine: Pick<Supervisor, 'pid' | 'restart'>;
  readonly takesCalls: () => Promise<boolean>;
  /** Whether the disk has room. */
  readonly hasRoom: () => Promise<boolean>;
  readonly log: (message: string) => void;
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export function watchEngine(options: WatchEngineOptions): { close(): void } {
  const closing = new AbortController();
  void keepWatching(options, closing.signal);
  return { close: () => closing.abort() };
}

async function keepWatching(options: WatchEngineOptions, signal: AbortSignal): Promise<void> {
  const { engine, log, wait = realWait } = options;
  let record = noRecord;
  let isToldOfDisk = false;
  while (!signal.aborted) {
    const [judged] = await Promise.all([probe(options, record), wait(probeEveryMs, signal)]);
    if (judged === undefined || signal.aborted) continue;
    record = judged.record;
    if (judged.verdict === 'disk full' && !isToldOfDisk) {
      log('The disk is full and the engine takes no calls: free some space, then everything goes on by itself.');
    }
    isToldOfDisk = judged.verdict === 'disk full' || (isToldOfDisk && record.refused > 0);
    if (judged.verdict === 'restart') {
      await engine
        .restart(`it has taken no calls for ${judged.refusedMs / 1_000} s`)
        .catch((error: unknown) => log(`The engine could not be started again: ${String(error)}`));
    }
  }
}

/** Undefined where no engine was up all the time. */
async function probe(
  options: WatchEngineOptions,
  record: EngineJudgement['record'],
): Promise<EngineJudgement | undefined> {
  const pid = options.engine.pid();
  if (pid === undefined) return undefined;
  const [takesCalls, hasRoom] = await Promise.all([options.takesCalls().catch(() => false), options.hasRoom()]);
  return options.engine.pid() === pid ? judgeEngine(record, { pid, takesCalls, hasRoom }) : undefined;
}
