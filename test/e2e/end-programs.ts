/** Gateways are children of nobody: where a test breaks off they are found by what they run. */

import { readdirSync, readFileSync } from 'node:fs';

export function endProgramsOf(entry: string): void {
  if (process.platform !== 'linux') return;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(entry)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It is gone.
    }
  }
}
