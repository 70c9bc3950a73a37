/**
 * Whether a run grows slow with its length.
 *
 * One long run does its first 5,000 steps, then goes on in laps with naps between them. In each nap a fresh run of the
 * same pipeline does its first steps: late and early are measured in turn, since a busy machine changes its mind within
 * the seconds that 5,000 steps take.
 */

import type { Figure } from '../figures.ts';
import { median, percentile } from '../statistics.ts';
import type { BenchClient } from './client.ts';
import { parked, timeWake } from './parked.ts';

const steps = 5_000;
const laps = 5;
/** A single step is too short to be judged: the median of so many stands for it. */
const stepsPerLap = 200;
const firstSteps = 10;
/** Longer than a fresh run takes. */
const napMs = 500;
const wakes = 30;

export async function measureStepGrowth(client: BenchClient): Promise<Figure> {
  const runId = await client.start('long-run', { steps, laps, stepsPerLap, napMs });
  await parked(client, runId, steps);
  const pairs: { readonly early: number; readonly late: number }[] = [];
  for (let lap = 0; lap < laps; lap += 1) {
    const { commitNo } = client.row(runId);
    const early = await timeFirstSteps(client);
    await parked(client, runId, commitNo + stepsPerLap);
    const late = median(stepTimes(client, runId).slice(firstSteps - stepsPerLap));
    pairs.push({ early, late });
  }
  const middle = (part: 'early' | 'late') => median(pairs.map((pair) => pair[part])).toFixed(2);
  return {
    id: 'step-5000-growth',
    value: median(pairs.map((pair) => pair.late / pair.early)),
    unit: 'x',
    target: { atMost: 1.3 },
    note: `${middle('late')} ms a step from step ${steps} on, ${middle('early')} ms from step ${firstSteps} on`,
  };
}

/** Waking a run that is parked behind its 5,000 steps, until it is parked again. */
export async function measureWake(client: BenchClient): Promise<Figure> {
  const runId = await client.start('long-run', { steps });
  await parked(client, runId, steps);
  const times: number[] = [];
  for (let wake = 0; wake < wakes; wake += 1) times.push(await timeWake(client, runId));
  return {
    id: 'wake-parked-5000',
    value: median(times),
    unit: 'ms',
    target: { atMost: 50 },
    note: `p50 of ${wakes}, p10 ${percentile(times, 0.1).toFixed(1)} ms, p90 ${percentile(times, 0.9).toFixed(1)} ms`,
  };
}

async function timeFirstSteps(client: BenchClient): Promise<number> {
  const runId = await client.start('long-run', { steps: stepsPerLap });
  await parked(client, runId, stepsPerLap);
  return median(stepTimes(client, runId).slice(firstSteps));
}

/** Milliseconds from each step's work to the next one's. */
function stepTimes({ database }: BenchClient, runId: string): readonly number[] {
  const rows = database.sqlite
    .prepare(`SELECT result FROM steps WHERE run_id = ? AND kind = 'step' ORDER BY seq`)
    .all(runId);
  const moments = rows.map((row) => Number(row['result']));
  return moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));
}
