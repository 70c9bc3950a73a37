/** Stopping an engine that runs on without its launcher: it holds the lock on the data, so no other can start. */

import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isSameProcess, processExecutable, readIdentity, type HomePaths } from '@perdure/home';

const stopTimeoutMs = 5_000;
const pollMs = 20;

/**
 * Stops the engine that a launcher left behind: only if it is beyond doubt that one, and not a stranger with its pid.
 */
export async function stopStaleEngine(paths: HomePaths, log: (message: string) => void): Promise<void> {
  const stale = readIdentity(paths.engineProcess);
  if (stale === undefined) return;
  const isEngine = () => isSameProcess(stale) && processExecutable(stale.pid)?.endsWith('/restate-server') === true;
  if (isEngine()) {
    log(`Stopping the engine (process ${stale.pid}) that an earlier launcher left behind.`);
    signalProcess(stale.pid, 'SIGTERM');
    if (!(await becomesTrue(() => !isEngine(), stopTimeoutMs))) signalProcess(stale.pid, 'SIGKILL');
    await becomesTrue(() => !isEngine(), stopTimeoutMs);
  }
  rmSync(paths.engineProcess, { force: true });
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
