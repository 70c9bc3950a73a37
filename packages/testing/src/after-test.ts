/** What is gone after a test of vitest, however it ends: its folder, its processes, the engine of its state root. */

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homePaths, processStartTime, readIdentity, sendSignal } from '@perdure/home';
import { expect, onTestFinished } from 'vitest';

/** A folder of its own, gone afterwards. */
export function tempFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export function killAfterTest(...pids: readonly (number | undefined)[]): void {
  onTestFinished(() => killThose(...pids));
}

/** Those that are there still: one may end by itself in just this moment. */
export function killThose(...pids: readonly (number | undefined)[]): void {
  for (const pid of pids) if (pid !== undefined && isAlive(pid)) sendSignal(pid);
}

/** The engine that runs on a state root, killed after the test whatever happens. */
export function killEngineAfterTest(home: string): void {
  onTestFinished(() => {
    const engine = readIdentity(homePaths(home).engineProcess);
    if (engine !== undefined && processStartTime(engine.pid) === engine.startedAt) killThose(engine.pid);
  });
}

export const isAlive = (pid: number): boolean => processStartTime(pid) !== undefined;

export async function allGone(pids: readonly number[]): Promise<void> {
  await expect.poll(() => pids.filter(isAlive), { interval: 10, timeout: 25_000 }).toEqual([]);
}
