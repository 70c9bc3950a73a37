/** How long another process waits for its own commits while the worker is at full load on the same database. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Figure } from '../figures.ts';
import { median, percentile } from '../statistics.ts';
import type { BenchClient } from './client.ts';
import { keepInFlight } from './load.ts';
import { fullLoad } from './throughput.ts';

const windows = 3;
const windowMs = 2_500;

export async function measureOtherWriter(client: BenchClient): Promise<Figure> {
  const times: number[][] = [];
  for (let window = 0; window < windows; window += 1) {
    const neighbour = commitElsewhere(client.database.path);
    await keepInFlight(fullLoad, () => client.runTenSteps(), { until: neighbour });
    times.push(await neighbour);
  }
  const all = times.flat();
  return {
    id: 'other-process-commit-p99',
    value: median(times.map((window) => percentile(window, 0.99))),
    unit: 'ms',
    target: { atMost: 25 },
    note: `${all.length} commits in ${windows} windows, p50 ${percentile(all, 0.5).toFixed(1)} ms, slowest ${Math.max(...all).toFixed(0)} ms`,
  };
}

async function commitElsewhere(path: string): Promise<number[]> {
  const script = join(import.meta.dirname, 'neighbour.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, path, String(windowMs)]);
  return JSON.parse(stdout) as number[];
}
