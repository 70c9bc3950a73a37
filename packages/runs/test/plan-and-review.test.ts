import { startDemoModel, type DemoModel } from '@perdure/demo-model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import planAndReview from '../../../pipelines/plan-and-review.ts';
import type { Harness } from './harness.ts';
import { openShipped, rested } from './shipped-harness.ts';

let model: DemoModel;

beforeEach(async () => {
  model = await startDemoModel({ port: 0 });
});

afterEach(() => model.close());

const open = () => openShipped(planAndReview, model);

const prompt = 'Build a URL shortener service';
const turns = (harness: Harness, id: string) =>
  harness
    .steps(id)
    .filter((step) => step.kind === 'turn')
    .map((step) => step.key);

describe('plan-and-review', () => {
  it('asks planner and reviewer once each when the plan is approved', async () => {
    await using harness = await open();
    const id = await harness.start('plan-and-review', { prompt });
    const output = JSON.parse((await rested(harness, id)).output ?? '');
    expect(output).toMatchObject({
      verdict: 'approved',
      rounds: 1,
      steps: { plan: 'planner', review: 'review/1/reviewer' },
    });
    expect(turns(harness, id)).toEqual(['planner/turn-1', 'review/1/reviewer/turn-1']);
    expect(model.requests().map((request) => request.idempotencyKey)).toEqual([
      `${id}/planner/turn-1/1`,
      `${id}/review/1/reviewer/turn-1/1`,
    ]);
  });

  it('reworks a plan that is sent back, in a scope of its own for each round', async () => {
    model.setScript([{ match: { agentIncludes: 'verdict' }, times: 1, verdict: 'changes_requested' }]);
    await using harness = await open();
    const id = await harness.start('plan-and-review', { prompt });
    const output = JSON.parse((await rested(harness, id)).output ?? '');
    expect(output).toMatchObject({
      verdict: 'approved',
      rounds: 2,
      steps: { plan: 'review/2/planner', review: 'review/2/reviewer' },
    });
    expect(turns(harness, id)).toEqual([
      'planner/turn-1',
      'review/1/reviewer/turn-1',
      'review/2/planner/turn-1',
      'review/2/reviewer/turn-1',
    ]);
  });

  it('returns the last plan and its review when the rounds are used up: nobody goes away with nothing', async () => {
    model.setScript([{ match: { agentIncludes: 'verdict' }, verdict: 'changes_requested' }]);
    await using harness = await open();
    const id = await harness.start('plan-and-review', { prompt });
    const run = await rested(harness, id);
    expect(run.status).toBe('completed');
    const output = JSON.parse(run.output ?? '');
    expect(output).toMatchObject({ verdict: 'changes_requested', rounds: 3, steps: { plan: 'review/3/planner' } });
    expect(output.plan).toHaveProperty('milestones');
  });

  it('stops with the remedy when the key is wrong, and goes on where it stopped once it is right', async () => {
    model.setScript([{ apiKey: 'another key' }]);
    await using harness = await open();
    const id = await harness.start('plan-and-review', { prompt });
    const stopped = await rested(harness, id);
    expect(stopped.status).toBe('needs_attention');
    expect(stopped.error).toMatch(/model_rejected.*AI_API_KEY/);
    expect(stopped.error).not.toContain('Bearer');
    model.setScript([]);
    await harness.order(id, 'resume');
    expect((await rested(harness, id)).status).toBe('completed');
    expect(model.requests().map((request) => request.idempotencyKey)).toContain(`${id}/planner/turn-1/2`);
  });

  it('asks again after answers that break the contract, and fails the step when they always do', async () => {
    model.setScript([{ breakContract: true }]);
    await using harness = await open();
    const id = await harness.start('plan-and-review', { prompt });
    const failed = await rested(harness, id);
    expect(failed.error).toMatch(/contract_broken.*3 times/);
    expect(turns(harness, id)).toEqual(['planner/turn-1', 'planner/turn-2', 'planner/turn-3']);
    model.setScript([]);
    await harness.intake.retry({ runId: id, actor: 'owner', at: Date.now() });
    await harness.engine.wake(id);
    expect((await rested(harness, id)).status).toBe('completed');
  });
});
