/**
 * The promise of the product, kept by real processes: SIGKILL in the middle of a model turn, and the run completes
 * without asking for a turn that was finished. The judge is the model's own log of requests.
 */

import { until } from '@perdure/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { System, type Victim } from './system.ts';
import { runTask } from './task-command.ts';

const turnMs = 2_000;
/** The first reviewer answers when nobody asks any more. */
const heldReview = [{ match: { idempotencyKeyIncludes: 'reviewer/turn-1/' }, times: 1, delayMs: 600_000 }];
const limit = { timeout: 180_000 };

let system: System;

beforeAll(async () => {
  system = await System.start({ modelScript: [{ delayMs: turnMs }] });
}, 180_000);
afterAll(async () => await system[Symbol.asyncDispose]());

/** A run whose plan is recorded and whose reviewer has just been asked. */
async function runInReview(): Promise<string> {
  await system.allUp(60_000);
  const runId = await system.startRun('plan-and-review', { prompt: 'Build a URL shortener service' });
  await until(() => timesAsked(runId, 'reviewer') === 1, { withinMs: 60_000, what: 'the reviewer is asked' });
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
  system.setModelScript(heldReview);
  const runId = await killInReview('worker');
  await system.untilStatus(runId, 'completed', { withinMs: 60_000 });
  expect(timesAsked(runId, 'planner')).toBe(1);
  // The turn in flight died with the worker: it is the one that has to be asked for again.
  expect(timesAsked(runId, 'reviewer')).toBe(2);
});

test.each(['server', 'engine'] as const)(
  'a run whose %s was killed in mid turn completes, and no turn at all is asked for again',
  limit,
  async (victim) => {
    system.setModelScript([{ delayMs: turnMs }]);
    const runId = await killInReview(victim);
    await system.untilStatus(runId, 'completed', { withinMs: 60_000 });
    expect(timesAsked(runId, 'planner')).toBe(1);
    expect(timesAsked(runId, 'reviewer')).toBe(1);
  },
);

test('after everything was killed in mid turn, the next `up` completes the run by itself', limit, async () => {
  system.setModelScript(heldReview);
  const runId = await killInReview('all');
  system.setModelScript([]);
  await system.up();
  await system.untilStatus(runId, 'completed', { withinMs: 60_000 });
  expect(timesAsked(runId, 'planner')).toBe(1);
  expect(timesAsked(runId, 'reviewer')).toBe(2);
});

test(
  'a lane whose run was killed with everything else returns by itself after the next `up`, once',
  limit,
  async () => {
    system.setModelScript([{ match: { idempotencyKeyIncludes: 'planner/turn-1/' }, times: 1, delayMs: 600_000 }]);
    await system.allUp(60_000);
    const home = ['--home', system.paths.root, '--json'];
    const task = async (...argv: readonly string[]) => {
      const { code, stdout, stderr } = await runTask([...argv, ...home], { cwd: system.folder });
      if (code !== 0) throw new Error(stderr);
      return stdout;
    };
    const lane = async () => {
      const { data } = JSON.parse(await task('lane', 'show', 'ship', 'plan')) as {
        readonly data: { readonly status: string; readonly run: { readonly run_id: string | null } };
      };
      return data;
    };
    await task('create', 'ship', '--title', 'Ship', '--goal', 'It is shipped', '--no-lease');
    const work = ['--pipeline', 'plan-and-review', '--input', '{"prompt":"Build a URL shortener service"}'];
    await task('lane', 'assign', 'ship', 'plan', 'Plan it', ...work);
    const runId = await until(async () => (await lane()).run.run_id ?? false, {
      withinMs: 60_000,
      what: 'its run starts',
    });
    await until(() => timesAsked(runId, 'planner') === 1, { withinMs: 60_000, what: 'the planner is asked' });

    expect(system.kill('all')).toBe(true);
    system.setModelScript([]);
    await system.up();
    await until(async () => (await lane()).status === 'done', { withinMs: 60_000, what: 'the lane returns' });
    const log = await task('recent', 'ship', '--limit', '100');
    expect(log.split('"subagent_return_ingested"')).toHaveLength(2);
    expect((await lane()).run.run_id).toBe(runId);
  },
);
