/** Where the demo tells its pipeline that the worker was killed. A file: it outlives the worker. */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Where all that demos leave is kept. */
export const demoFolder = join(import.meta.dirname, '../../.perdure-demo');

const patienceMs = 30_000;
const lookEveryMs = 20;

const markOf = (runId: string): string => join(demoFolder, 'killed', runId);

export function markKilled(runId: string): void {
  const mark = markOf(runId);
  mkdirSync(join(mark, '..'), { recursive: true });
  writeFileSync(mark, '');
}

/** Resolves at once where the worker was killed already; else it is about to be, in the middle of this. */
export async function handOver(runId: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < patienceMs && !existsSync(markOf(runId)); waitedMs += lookEveryMs) {
    await delay(lookEveryMs);
  }
}
