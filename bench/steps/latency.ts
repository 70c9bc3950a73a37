/** Ten steps, one run at a time: ours against the peer's, in blocks taken in turn. */

import type { Figure } from '../figures.ts';
import { median } from '../statistics.ts';
import type { BenchClient } from './client.ts';

const blocks = 10;
const runsPerBlock = 20;
const warmUpRuns = 60;

export async function compareLatency(client: BenchClient): Promise<Figure> {
  const [ours, bare] = [() => client.runTenSteps(), () => client.runTenStepsBare()];
  for (const runOnce of [ours, bare]) await timeRuns(warmUpRuns, runOnce);
  const pairs: { readonly ours: number; readonly bare: number }[] = [];
  for (let block = 0; block < blocks; block += 1) {
    pairs.push({
      ours: median(await timeRuns(runsPerBlock, ours)),
      bare: median(await timeRuns(runsPerBlock, bare)),
    });
  }
  const p50 = (side: 'ours' | 'bare') => median(pairs.map((pair) => pair[side])).toFixed(2);
  return {
    id: 'ten-steps-latency',
    value: median(pairs.map((pair) => pair.ours / pair.bare)),
    unit: 'x',
    target: { atMost: 0.7 },
    note: `p50 ${p50('ours')} ms, bare Restate ${p50('bare')} ms`,
  };
}

async function timeRuns(count: number, runOnce: () => Promise<void>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let run = 0; run < count; run += 1) {
    const from = performance.now();
    await runOnce();
    times.push(performance.now() - from);
  }
  return times;
}
