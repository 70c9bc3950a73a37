import { describe, expect, it } from 'vitest';
import { Harness } from './harness.ts';
import { pipeline } from './support.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('fan-out', () => {
  it('returns results in the order of the items, however they end', async () => {
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.map(
          [30, 10, 20],
          async (seconds, inItem) => {
            await inItem.sleep('nap', seconds * 1_000);
            return inItem.step('answer', () => `after ${seconds}`);
          },
          { key: 'each' },
        ),
      ),
    ]);
    const id = await harness.start('subject');
    expect(JSON.parse((await harness.finished(id)).output ?? '')).toEqual(['after 30', 'after 10', 'after 20']);
    expect(harness.steps(id).find((step) => step.key === 'each/1/answer')).toMatchObject({ status: 'done' });
  });

  it('never works on more items at a time than it may', async () => {
    let atWork = 0;
    let most = 0;
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.map(
          range(20),
          (_item, inItem) =>
            inItem.step('work', async () => {
              most = Math.max(most, (atWork += 1));
              await new Promise((resolve) => setImmediate(resolve));
              atWork -= 1;
            }),
          { key: 'each', concurrency: 3 },
        ),
      ),
    ]);
    expect((await harness.finished(await harness.start('subject'))).status).toBe('completed');
    expect(most).toBe(3);
  });

  it('lets the others finish when one fails, and a retry does the failed ones again and no other', async () => {
    const calls: number[] = [];
    let isBroken = true;
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.map(
          range(5),
          (n, inItem) =>
            inItem.step('work', () => {
              calls.push(n);
              if (isBroken && n % 2 === 1) throw new Error(`no ${n}`);
              return n * n;
            }),
          { key: 'each', concurrency: 2 },
        ),
      ),
    ]);
    const id = await harness.start('subject');
    const failed = await harness.finished(id);
    expect(JSON.parse(failed.error ?? '')).toMatchObject({ message: 'no 1', details: { stepKey: 'each/1/work' } });
    expect(calls).toEqual([0, 1, 2, 3, 4]);
    isBroken = false;
    await harness.retry(id);
    expect(JSON.parse((await harness.finished(id)).output ?? '')).toEqual([0, 1, 4, 9, 16]);
    expect(new Set(calls.slice(5))).toEqual(new Set([1, 3]));
    expect(calls).toHaveLength(7);
  });

  it('passes over finished items after a crash in the middle', async () => {
    const calls: number[] = [];
    const third = Promise.withResolvers<void>();
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.map(
          range(4),
          (n, inItem) =>
            inItem.step('work', async () => {
              calls.push(n);
              if (n === 2 && calls.length === 3) await third.promise;
              return n;
            }),
          { key: 'each', concurrency: 1 },
        ),
      ),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    harness.replaceWorker();
    await harness.engine.wake(id);
    expect((await harness.finished(id)).output).toBe('[0,1,2,3]');
    expect(calls).toEqual([0, 1, 2, 2, 3]);
  });

  it('pauses in the middle, keeping what is in flight, and goes on behind it', async () => {
    const gates = range(4).map(() => Promise.withResolvers<void>());
    const calls: number[] = [];
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.map(range(4), (n, inItem) => inItem.step('work', () => (calls.push(n), gates[n]?.promise)), {
          key: 'each',
          concurrency: 2,
        }),
      ),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    await harness.order(id, 'pause');
    await harness.advance(1_000);
    for (const gate of gates) gate.resolve();
    await harness.until(id, 'paused');
    expect(calls).toEqual([0, 1]);
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).status).toBe('completed');
    expect(calls).toEqual([0, 1, 2, 3]);
  });

  it('undoes what its items armed, in the drive that failed and after a crash', async () => {
    for (const crashes of [false, true]) {
      const undone: number[] = [];
      await using harness = await Harness.open([
        pipeline(async (ctx) => {
          await ctx.map(range(3), (n, inItem) => inItem.step('do', () => n, { undo: () => undone.push(n) }), {
            key: 'each',
            concurrency: 1,
          });
          if (crashes) await ctx.sleep('nap', 1_000);
          throw new Error('stop');
        }),
      ]);
      const id = await harness.start('subject');
      expect((await harness.finished(id)).status).toBe('failed');
      expect(undone).toEqual([2, 1, 0]);
    }
  });

  it('takes no items at all, and refuses what is no list', async () => {
    await using harness = await Harness.open([
      pipeline((ctx) => ctx.map([], () => 1, { key: 'each' })),
      pipeline((ctx) => ctx.map('abc' as unknown as string[], () => 1, { key: 'each' }), 'wrong'),
      pipeline((ctx) => ctx.map([1], () => 1, { key: 'each', concurrency: 0 }), 'none'),
    ]);
    expect((await harness.finished(await harness.start('subject'))).output).toBe('[]');
    for (const id of ['wrong', 'none']) {
      expect((await harness.until(await harness.start(id), 'needs_attention')).error).toContain('needs an array');
    }
  });

  it('P5: stops when the number of items is another than recorded', async () => {
    let count = 2;
    await using harness = await Harness.open([
      pipeline((ctx) => ctx.map(range(count), (_n, inItem) => inItem.sleep('nap', 1_000), { key: 'each' })),
    ]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    count = 3;
    expect((await harness.until(id, 'needs_attention')).error).toContain('record_differs');
  });

  it('goes on with the branch of a child that ended while another branch still works', async () => {
    const work = Promise.withResolvers<void>();
    await using harness = await Harness.open([
      pipeline((ctx) =>
        Promise.all([
          ctx.step('long', () => work.promise),
          (async () => {
            await ctx.run('child', {}, { key: 'kid' });
            await ctx.step('after-kid', () => 1);
          })(),
        ]),
      ),
      pipeline((ctx) => ctx.step('quick', () => 1), 'child'),
    ]);
    const id = await harness.start('subject');
    await harness.advance(1_000);
    expect(harness.steps(id).map((step) => [step.key, step.status])).toContainEqual(['after-kid', 'done']);
    work.resolve();
    expect((await harness.finished(id)).status).toBe('completed');
  });
});
