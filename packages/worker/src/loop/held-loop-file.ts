/**
 * Who holds the loop of this worker, told to the next one: a file that is there only while somebody does, so one that
 * is left says in whose code the worker was when it was killed, or who has ended it. A worker that was killed otherwise
 * leaves none.
 */

import { readFileSync, rmSync } from 'node:fs';
import { replaceFile } from '@perdure/home';
import type { StuckDrive } from '@perdure/runs';

export function writeHeldLoop(path: string, held: StuckDrive): void {
  replaceFile(path, JSON.stringify(held), { sync: false });
}

export function removeHeldLoop(path: string): void {
  rmSync(path, { force: true });
}

/** What the worker before this one has left; read once, so that it counts once. */
export function takeHeldLoop(path: string): StuckDrive | undefined {
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as Partial<StuckDrive> | null;
    removeHeldLoop(path);
    if (typeof found?.runId !== 'string' || typeof found.at !== 'string') return undefined;
    const { runId, at, place, error } = found;
    return { runId, at, ...(typeof place === 'string' && { place }), ...(typeof error === 'string' && { error }) };
  } catch {
    // There is none, or it cannot be read: nobody is blamed.
    return undefined;
  }
}
