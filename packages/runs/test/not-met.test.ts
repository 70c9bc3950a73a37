import type { DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { Harness } from './harness.ts';
import { pipeline } from './support.ts';

type Code = (ctx: DurableContext) => Promise<unknown>;

/** What was told of steps that were not met, by a run whose code changes while it sleeps. */
async function toldAfter(before: Code, after: Code) {
  const harness = await Harness.open([pipeline(before)]);
  const id = await harness.start('subject');
  await harness.until(id, 'waiting');
  harness.define(pipeline(after));
  const told = () =>
    harness
      .events(id)
      .filter(({ type }) => type === 'run.steps_not_met')
      .map(({ data }) => JSON.parse(data) as unknown);
  return { harness, id, told, [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose]() };
}

const paying = (key: string) => async (ctx: DurableContext) => {
  await ctx.step('order', () => 1);
  await ctx.step(key, () => 2);
  await ctx.sleep('rest', 10_000);
  await ctx.sleep('more', 10_000);
};

const many = async (ctx: DurableContext) => {
  for (let n = 0; n < 25; n += 1) await ctx.step(`old-${n}`, () => n);
  await ctx.sleep('rest', 10_000);
};

describe('a recorded step that the code has no more', () => {
  it('is told once, when the run rests or ends behind it', async () => {
    await using run = await toldAfter(paying('pay'), paying('pay-by-card'));
    await run.harness.advance(10_000);
    expect(run.harness.run(run.id).status).toBe('waiting');
    expect(run.told()).toEqual([{ keys: ['pay'], count: 1 }]);
    expect((await run.harness.finished(run.id)).status).toBe('completed');
    expect(run.told()).toHaveLength(1);
  });

  it('is told when the run fails behind it', async () => {
    await using run = await toldAfter(paying('pay'), async (ctx) => {
      await ctx.step('order', () => 1);
      throw new Error('no');
    });
    expect((await run.harness.finished(run.id)).status).toBe('failed');
    expect(run.told()).toEqual([{ keys: ['pay', 'rest'], count: 2 }]);
  });

  it('is told as the first twenty of many', async () => {
    await using run = await toldAfter(many, async (ctx) => ctx.sleep('rest', 10_000));
    await run.harness.finished(run.id);
    expect(run.told()).toEqual([{ keys: Array.from({ length: 20 }, (_, n) => `old-${n}`), count: 25 }]);
  });
});

const asking = async (ctx: DurableContext) => {
  await Promise.all([ctx.human('May it go on?', { key: 'ask' }), ctx.step('beside', () => 1)]);
  await ctx.step('then', () => 2);
};

const everything = async (ctx: DurableContext): Promise<unknown> => {
  await ctx.now('now');
  await ctx.map([1, 2], (item, inner) => inner.step('work', () => item), { key: 'all' });
  const branches = ctx.map(
    [1, 2],
    async (item, inner) => {
      await inner.step('first', () => item);
      await inner.sleep('nap', item * 20_000);
      await inner.step('second', () => item);
    },
    { key: 'side-by-side' },
  );
  const failing = ctx.step('failing', () => Promise.reject(new Error('no'))).catch(() => 0);
  await Promise.all([branches, failing, ctx.sleep('rest', 10_000)]);
  return await Promise.race([ctx.sleep('short', 10_000), ctx.sleep('long', 86_400_000)]);
};

describe('nothing is told', () => {
  it('of steps below what is passed over, beside what is open, and of the losers of a race', async () => {
    await using run = await toldAfter(everything, everything);
    expect((await run.harness.finished(run.id)).status).toBe('completed');
    expect(run.told()).toEqual([]);
  });

  it('of what lies behind a call that is open again', async () => {
    await using run = await toldAfter(asking, asking);
    await run.harness.engine.wake(run.id);
    await run.harness.settle();
    expect(run.told()).toEqual([]);
  });

  it('of a run that is paused before it comes by', async () => {
    await using run = await toldAfter(paying('pay'), paying('pay'));
    await run.harness.order(run.id, 'pause');
    await run.harness.until(run.id, 'paused');
    await run.harness.order(run.id, 'resume');
    expect((await run.harness.finished(run.id)).status).toBe('completed');
    expect(run.told()).toEqual([]);
  });
});
