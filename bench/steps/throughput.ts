/** Ten steps, 50 runs in flight: ours against the peer's, in windows taken in turn. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from '../figures.ts';
import { median } from '../statistics.ts';
import type { BenchClient } from './client.ts';
import { keepInFlight } from './load.ts';

export const fullLoad = 50;
const windows = 8;
const windowMs = 900;
const warmUpMs = 1_000;
const stepsPerRun = 10;

export async function compareThroughput(client: BenchClient): Promise<Figure> {
  const [ours, bare] = [() => client.runTenSteps(), () => client.runTenStepsBare()];
  const pairs: { readonly ours: number; readonly bare: number }[] = [];
  for (const runOnce of [ours, bare]) await stepsPerSecond(runOnce, warmUpMs);
  for (let window = 0; window < windows; window += 1) {
    pairs.push({ ours: await stepsPerSecond(ours, windowMs), bare: await stepsPerSecond(bare, windowMs) });
  }
  const middle = (side: 'ours' | 'bare') => median(pairs.map((pair) => pair[side])).toFixed(0);
  return {
    id: 'ten-steps-throughput',
    value: median(pairs.map((pair) => pair.ours / pair.bare)),
    unit: 'x',
    target: { atLeast: 1.8 },
    note: `${middle('ours')} steps/s with ${fullLoad} runs in flight, bare Restate ${middle('bare')}`,
  };
}

async function stepsPerSecond(runOnce: () => Promise<void>, forMs: number): Promise<number> {
  const { runs, ms } = await keepInFlight(fullLoad, runOnce, { until: delay(forMs) });
  return (runs * stepsPerRun * 1_000) / ms;
}
