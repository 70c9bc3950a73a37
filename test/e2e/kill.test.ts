/**
 * The promise of the product, kept by real processes: SIGKILL in the middle of a model turn, and the run completes
 * without asking for a turn that was finished. The judge is the model's own log of requests.
 */

import { until } from '@perdure/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { System, type Victim } from './system.ts';

const turnMs = 2_000;
const limit = { timeout: 60_000 };

let system: System;

beforeAll(async () => {
  system = await System.start({ modelScript: [{ delayMs: turnMs }] });
}, 60_000);
afterAll(async () => await system[Symbol.asyncDispose]());

/** A run whose plan is recorded and whose reviewer has just been asked. */
async function runInReview(): Promise<string> {
  await system.allUp(30_000);
  const runId = await system.startRun('plan-and-review', { prompt: 'Build a URL shortener service' });
  await until(() => timesAsked(runId, 'reviewer') === 1, { withinMs: 20_000, what: 'the reviewer is asked' });
  return runId;
}

function timesAsked(runId: string, agent: string): number {
  return system.modelRequests().filter(({ key }) => key.startsWith(`${runId}/`) && key.includes(`${agent}/turn-1/`))
    .length;
}

async function killInReview(victim: Victim): Promise<string> {
  const runId = await runInReview();
  expect(system.kill(victim)).toBe(true);
  return runId;
}

test('a run whose worker was killed in mid turn completes, and the planner is not asked again', limit, async () => {
  const runId = await killInReview('worker');
  await system.untilStatus(runId, 'completed', { withinMs: 30_000 });
  expect(timesAsked(runId, 'planner')).toBe(1);
  // The turn in flight died with the worker: it is the one that has to be asked for again.
  expect(timesAsked(runId, 'reviewer')).toBe(2);
});

test.each(['server', 'engine'] as const)(
  'a run whose %s was killed in mid turn completes, and no turn at all is asked for again',
  limit,
  async (victim) => {
    const runId = await killInReview(victim);
    await system.untilStatus(runId, 'completed', { withinMs: 30_000 });
    expect(timesAsked(runId, 'planner')).toBe(1);
    expect(timesAsked(runId, 'reviewer')).toBe(1);
  },
);

test('after everything was killed in mid turn, the next `up` completes the run by itself', limit, async () => {
  const runId = await killInReview('all');
  await system.up();
  await system.untilStatus(runId, 'completed', { withinMs: 30_000 });
  expect(timesAsked(runId, 'planner')).toBe(1);
  expect(timesAsked(runId, 'reviewer')).toBe(2);
});
