/**
 * A lock between processes for work of some milliseconds: a file that only one can create. Its holder may die and leave
 * it, so one whose process is gone, or that is far too old, is taken over. Two that take over in the same moment may
 * both believe they hold it: the work must notice that by itself.
 */

import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { PerdureError } from '@perdure/contract';

/** Nobody works that long. */
const abandonedMs = 30_000;
/** A holder writes its name as soon as it has made the file: one that has not done so by now died in between. */
const namelessMs = 500;
const pollMs = 10;

/**
 * Does the work while holding the lock. @throws PerdureError `unavailable` where it was not to be had within `waitMs`.
 */
export async function withFileLock<Result>(
  path: string,
  work: () => Promise<Result>,
  { waitMs }: { readonly waitMs: number },
): Promise<Result> {
  let deadline: number | undefined;
  while (!take(path)) {
    // Not before somebody holds it: the clock is loaded when it is first looked at.
    deadline ??= performance.now() + waitMs;
    if (isAbandoned(path)) rmSync(path, { force: true });
    else if (performance.now() > deadline) {
      throw new PerdureError('unavailable', `Another process holds ${path}; try again in a moment.`);
    } else await delay(pollMs);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  try {
    const holder = { pid: process.pid, since: new Date().toISOString() };
    writeFileSync(path, JSON.stringify(holder), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isAbandoned(path: string): boolean {
  try {
    // A clock that was set back makes it a time in the future.
    const ageMs = Math.abs(Date.now() - statSync(path).mtimeMs);
    const pid = pidIn(readFileSync(path, 'utf8'));
    return ageMs > abandonedMs || (pid === undefined ? ageMs > namelessMs : !isAlive(pid));
  } catch {
    // Released in the meantime.
    return false;
  }
}

function pidIn(text: string): number | undefined {
  try {
    const { pid } = JSON.parse(text) as { readonly pid: unknown };
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
