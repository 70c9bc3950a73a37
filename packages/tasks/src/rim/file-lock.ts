/**
 * A lock between processes for work of some milliseconds: a file that only one can create. Its holder may die and leave it, so one whose
 * process is gone, or that is far too old, is taken over. Two that take over in the same moment may both believe they hold it: the work must
 * notice that by itself.
 */

import { open, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { PerdureError } from '@perdure/contract';

/** Nobody works that long. */
const abandonedMs = 30_000;
const pollMs = 10;

/** Does the work while holding the lock. @throws PerdureError `unavailable` where it was not to be had within `waitMs`. */
export async function withFileLock<Result>(
  path: string,
  work: () => Promise<Result>,
  { waitMs }: { readonly waitMs: number },
): Promise<Result> {
  const deadline = performance.now() + waitMs;
  while (!(await take(path))) {
    if (await isAbandoned(path)) await rm(path, { force: true });
    else if (performance.now() > deadline) {
      throw new PerdureError('unavailable', `Another process holds ${path}; try again in a moment.`);
    } else await delay(pollMs);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await using file = await open(path, 'wx', 0o600);
    await file.writeFile(JSON.stringify({ pid: process.pid, since: new Date().toISOString() }));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    if (Date.now() - (await stat(path)).mtimeMs > abandonedMs) return true;
    const { pid } = JSON.parse(await readFile(path, 'utf8')) as { readonly pid: number };
    return !isAlive(pid);
  } catch {
    // Released in the meantime, or its holder has not written its name yet.
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
