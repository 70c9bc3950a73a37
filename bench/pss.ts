/** Memory of a process, where a page that several share counts once (PSS). Linux only. */

import { readFileSync } from 'node:fs';

export const canMeasureMemory = process.platform === 'linux';

export function pssMib(pid: number): number {
  const kib = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return Number(kib ?? 0) / 1_024;
}
