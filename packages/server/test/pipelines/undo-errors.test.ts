import { definePipeline, type DurableContext } from '@perdure/contract';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { Harness } from './harness.ts';

const pipeline = (run: (ctx: DurableContext) => Promise<unknown>) =>
  definePipeline({ id: 'subject', description: 'd', input: z.any(), output: z.any(), run });

const failing = () => {
  throw new Error('x'.repeat(20_000));
};

it('a cancelled run of which all was undone has no error, whatever stopped the cancel on its way', async () => {
  let undone = 0;
  const made = pipeline(async (ctx) => {
    await ctx.step('a', () => 1, { undo: () => void (undone += 1) });
    await ctx.sleep('nap', 600_000);
  });
  await using harness = await Harness.open([made]);
  const id = await harness.start('subject');
  await harness.until(id, 'waiting');
  harness.forget('subject');
  await harness.order(id, 'cancel');
  await harness.until(id, 'needs_attention');
  harness.define(made);
  await harness.order(id, 'resume');
  const run = await harness.finished(id);
  expect({ undone, status: run.status, error: run.error }).toEqual({ undone: 1, status: 'cancelled', error: null });
});

it('the error of a run in which much could not be undone stays short enough for a list', async () => {
  await using harness = await Harness.open([
    pipeline(async (ctx) => {
      for (let n = 0; n < 20; n += 1) await ctx.step(`s${n}`, () => n, { undo: failing });
      throw new Error('no');
    }),
  ]);
  const run = await harness.finished(await harness.start('subject'));
  expect(run.error?.length).toBeLessThan(20_000);
  expect(run.error).toContain('and 10 more');
  expect(JSON.parse(run.error ?? '{}').details.notUndone).toHaveLength(20);
});
