/**
 * Databases to read pages from: a full one, and a small one whose pages hold as many items. Written by the product's
 * own worker.
 */

import { keepInFlight } from '../steps/load.ts';
import type { BenchClient } from '../steps/client.ts';
import { parked } from '../steps/parked.ts';
import { fullLoad } from '../steps/throughput.ts';

/** Items of the longest page that can be asked for. */
export const longestPage = 1_000;

/** Runs of ten steps, so many that a page of 100 is a small part of them, or all. */
export const otherRuns = { large: 2_000, small: 100 } as const;
/** Steps of the long run: five pages, or one. */
export const longRunSteps = { large: 5 * longestPage, small: longestPage } as const;

/** Adds a long run; resolves with its id when it is parked behind its last step. */
export async function addLongRun(client: BenchClient, steps: number): Promise<string> {
  const runId = await client.start('long-run', { steps });
  await parked(client, runId, steps);
  return runId;
}

export async function addOtherRuns(client: BenchClient, count: number): Promise<void> {
  let left = count;
  const { promise: isEnough, resolve } = Promise.withResolvers<void>();
  const runOne = async (): Promise<void> => {
    left -= 1;
    if (left <= 0) resolve();
    await client.runTenSteps();
  };
  await keepInFlight(Math.min(fullLoad, count), runOne, { until: isEnough });
}
