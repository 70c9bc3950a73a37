/** Stopping an engine that runs on without its launcher: it holds the lock on the data, so no other can start. */

import { rmSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import {
  engineSockets,
  isSameProcess,
  processExecutable,
  processFolder,
  processWords,
  readIdentity,
  type HomePaths,
} from '@perdure/home';

const stopTimeoutMs = 5_000;
const pollMs = 20;

/**
 * Stops the engine that a launcher left behind: only if it is beyond doubt that one, and neither a stranger with its
 * pid nor the engine of another root, of which ours is a copy.
 */
export async function stopStaleEngine(paths: HomePaths, log: (message: string) => void): Promise<void> {
  const stale = readIdentity(paths.engineProcess);
  if (stale === undefined) return;
  const isEngine = () =>
    isSameProcess(stale) &&
    processExecutable(stale.pid)?.endsWith('/restate-server') === true &&
    isEngineOf(factsOf(stale.pid, paths));
  if (isEngine()) {
    log(`Stopping the engine (process ${stale.pid}) that an earlier launcher left behind.`);
    signalProcess(stale.pid, 'SIGTERM');
    if (!(await becomesTrue(() => !isEngine(), stopTimeoutMs))) signalProcess(stale.pid, 'SIGKILL');
    await becomesTrue(() => !isEngine(), stopTimeoutMs);
  }
  rmSync(paths.engineProcess, { force: true });
}

export interface EngineFacts {
  /** Where it works: in the engine's folder of this root, in another folder, or in one that is gone. */
  readonly worksIn: 'ours' | 'other' | 'unknown';
  /** The `--base-dir` of its command line. */
  readonly base: string | undefined;
  /** The base that an engine of this root is given. */
  readonly ownBase: string;
}

/** A moved folder keeps its engine; where it was deleted, or cannot be seen, its name counts. Pure. */
export function isEngineOf({ worksIn, base, ownBase }: EngineFacts): boolean {
  return worksIn === 'unknown' ? base === ownBase : worksIn === 'ours';
}

function factsOf(pid: number, paths: HomePaths): EngineFacts {
  const words = processWords(pid);
  const flag = words.indexOf('--base-dir');
  return {
    worksIn: worksIn(processFolder(pid), paths.engine),
    base: flag < 0 ? undefined : words[flag + 1],
    ownBase: engineSockets(paths).base,
  };
}

function worksIn(folder: string | undefined, engine: string): EngineFacts['worksIn'] {
  if (folder === undefined) return 'unknown';
  try {
    const there = statSync(folder, { bigint: true });
    if (there.nlink === 0n) return 'unknown';
    const here = statSync(engine, { bigint: true, throwIfNoEntry: false });
    return here !== undefined && here.ino === there.ino && here.dev === there.dev ? 'ours' : 'other';
  } catch {
    return 'unknown';
  }
}

async function becomesTrue(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await delay(pollMs);
  }
  return true;
}

/** Signals a process; one that has ended meanwhile needs none. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}
