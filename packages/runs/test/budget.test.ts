import { PerdureError } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { asking, done, openWithAgents, PlayedModel } from './agent-harness.ts';
import type { Harness } from './harness.ts';
import { pipeline } from './support.ts';

/** So many turns, one after the other. */
const turning = (n: number) =>
  pipeline(async (ctx) =>
    ctx.map(Array.from({ length: n }), (_, inner) => inner.agent('helper', {}), { key: 'all', concurrency: 1 }),
  );

const hour = 3_600_000;

/** Work of so many minutes. */
const lasting =
  ({ clock }: Harness, minutes: number) =>
  () =>
    new Promise((resolve) => clock.after(minutes * 60_000, () => resolve(minutes)));

/** A step of so many minutes between two turns, and what happens to the wall clock meanwhile. */
async function working(minutes: number, meanwhile: (harness: Harness) => void): Promise<Harness> {
  const twice = pipeline(async (ctx) => {
    await ctx.agent('helper', {}, { key: 'first' });
    const work = lasting(harness, minutes)();
    meanwhile(harness);
    await ctx.step('slow', () => work);
    await ctx.agent('helper', {}, { key: 'second' });
  });
  const harness = await openWithAgents([twice], new PlayedModel(() => done), { budget: { minutes: 10 } });
  return harness;
}

describe('a budget', () => {
  it.each([
    [{ turns: 3 }, 3],
    [{ tokens: 45 }, 3],
    [{ tokens: 44 }, 3],
  ])('of %o is checked before a turn, and a resume grants it again', async (budget, turns) => {
    const model = new PlayedModel(() => done);
    await using harness = await openWithAgents([turning(8)], model, { budget });
    const id = await harness.start('subject');
    const run = await harness.until(id, 'needs_attention');
    expect(JSON.parse(run.error ?? '').code).toBe('budget_exhausted');
    expect(model.requests).toHaveLength(turns);
    await harness.order(id, 'resume');
    await harness.until(id, 'needs_attention');
    expect(model.requests).toHaveLength(2 * turns);
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).status).toBe('completed');
    expect(model.requests).toHaveLength(8);
  });

  it('of minutes counts the time in which the run worked, not that in which it waited', async () => {
    const model = new PlayedModel(() => done);
    const waiting = pipeline(async (ctx) => {
      await ctx.sleep('days', 3 * 86_400_000);
      await ctx.agent('helper', {}, { key: 'first' });
      await ctx.step('slow', () => new Promise((resolve) => harness.clock.after(11 * 60_000, () => resolve('done'))));
      await ctx.agent('helper', {}, { key: 'second' });
    });
    const harness = await openWithAgents([waiting], model, { budget: { minutes: 10 } });
    await using _closing = harness;
    const id = await harness.start('subject');
    await harness.advance(3 * 86_400_000 + 1_000);
    expect(model.requests).toHaveLength(1);
    await harness.until(id, 'needs_attention');
    expect(model.requests).toHaveLength(1);
  });

  it('of the run wins over that of its pipeline, which wins over the configured one', async () => {
    const model = new PlayedModel(() => done);
    const own = { ...turning(9), budget: { turns: 4 } };
    await using harness = await openWithAgents([own], model, { budget: { turns: 2 } });
    await harness.until(await harness.start('subject'), 'needs_attention');
    expect(model.requests).toHaveLength(4);
    const id = harness.newId();
    const request = { id, pipeline: 'subject', input: '{}', actor: 'owner', at: harness.clock.now() };
    await harness.intake.start({ ...request, budget: { turns: 6 } });
    await harness.engine.wake(id);
    await harness.until(id, 'needs_attention');
    expect(model.requests).toHaveLength(10);
  });
});

describe('a budget, hard cases', () => {
  it('minutes between failure and retry are no work', async () => {
    const model = new PlayedModel((_request, n) => {
      if (n === 0) throw new PerdureError('model_rejected', 'no');
      return done;
    });
    await using harness = await openWithAgents([asking], model, { budget: { minutes: 10 } });
    const id = await harness.start('subject');
    await harness.finished(id);
    await harness.advance(86_400_000);
    await harness.retry(id);
    const run = await harness.until(id, 'completed', 'needs_attention', 'failed');
    expect(run.status).toBe('completed');
  });

  it('a crash in the last turn of the budget is passed over', async () => {
    let hang = true;
    const model = new PlayedModel(async () => {
      if (hang) await new Promise(() => undefined);
      return done;
    });
    await using harness = await openWithAgents([asking], model, { budget: { turns: 1 } });
    const id = await harness.start('subject');
    await harness.settle();
    hang = false;
    harness.replaceWorker();
    await harness.engine.wake(id);
    const run = await harness.until(id, 'completed', 'needs_attention', 'failed');
    expect(run.status).toBe('completed');
  });

  it.each([
    ['a night in which the machine slept within a step is no work', 9, 10 * hour, 'completed'],
    ['a clock that is set back within a step takes nothing off', 11, -10 * hour, 'needs_attention'],
    ['a clock that is set back gives nothing to a step of less', 9, -10 * hour, 'completed'],
  ] as const)('%s', async (_what, minutes, jump, end) => {
    await using harness = await working(minutes, ({ clock }) => clock.set(jump));
    const id = await harness.start('subject');
    await harness.advance(12 * hour);
    expect(harness.run(id).status).toBe(end);
  });

  it.each([10 * hour, -10 * hour])('a clock that is set by %i ms changes nothing of the work before', async (jump) => {
    const model = new PlayedModel(() => done);
    const resting = pipeline(async (ctx) => {
      await ctx.step('six', lasting(harness, 6));
      await ctx.human('May it go on?', { key: 'ask' });
      await ctx.step('three', lasting(harness, 3));
      await ctx.agent('helper', {}, { key: 'within' });
      await ctx.step('two', lasting(harness, 2));
      await ctx.agent('helper', {}, { key: 'beyond' });
    });
    const harness = await openWithAgents([resting], model, { budget: { minutes: 10 } });
    await using _closing = harness;
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    harness.clock.set(jump);
    await harness.answer(harness.wait(id).id, 'yes');
    await harness.until(id, 'completed', 'needs_attention');
    expect(harness.run(id).status).toBe('needs_attention');
    expect(model.requests).toHaveLength(1);
  });

  it('time in which nobody had begun the run is no work', async () => {
    const model = new PlayedModel(() => done);
    await using harness = await openWithAgents([asking], model, { budget: { minutes: 10 } });
    const id = harness.newId();
    await harness.intake.start({ id, pipeline: 'subject', input: '{}', actor: 'owner', at: harness.clock.now() });
    await harness.advance(hour);
    await harness.engine.wake(id);
    expect((await harness.until(id, 'completed', 'needs_attention')).status).toBe('completed');
  });
});
