import { describe, expect, it } from 'vitest';
import { Harness } from './harness.ts';
import { onceTool as tool, pipeline } from './support.ts';

describe('retry of a failed run', () => {
  it('goes on at the failed step and repeats nothing before it', async () => {
    const calls: string[] = [];
    let isBroken = true;
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('paid', () => calls.push('paid'));
        await ctx.step('flaky', () => {
          calls.push('flaky');
          if (isBroken) throw new Error('no');
        });
        return 'done';
      }),
    ]);
    const id = await harness.start('subject');
    await harness.finished(id);
    isBroken = false;
    expect((await harness.intake.retry({ runId: id, actor: 'owner', at: harness.clock.now() })).kind).toBe('accepted');
    await harness.engine.wake(id);
    expect(await harness.finished(id)).toMatchObject({ status: 'completed', error: null });
    expect(calls).toEqual(['paid', 'flaky', 'flaky']);
  });

  it('counts attempts on, and gives the failed step its whole policy again', async () => {
    const attempts: number[] = [];
    let isBroken = true;
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.step(
          'flaky',
          ({ attempt }) => {
            attempts.push(attempt);
            if (isBroken || attempt < 5) throw new Error('no');
            return 'yes';
          },
          { retry: { attempts: 2 }, input: attempts.length },
        ),
      ),
    ]);
    const id = await harness.start('subject');
    await harness.finished(id);
    const again = async () => {
      await harness.intake.retry({ runId: id, actor: 'owner', at: harness.clock.now() });
      await harness.engine.wake(id);
      return (await harness.finished(id)).status;
    };
    expect(await again()).toBe('failed');
    isBroken = false;
    expect(await again()).toBe('completed');
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
  });

  it('refuses once effects were taken back, and for a run that did not fail', async () => {
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('a', () => 1, { undo: () => undefined });
        throw new Error('stop');
      }),
      pipeline((ctx) => ctx.step('fine', () => 1), 'fine'),
    ]);
    const failed = await harness.start('subject');
    await harness.finished(failed);
    const fine = await harness.start('fine');
    await harness.finished(fine);
    const retry = (runId: string) => harness.intake.retry({ runId, actor: 'owner', at: harness.clock.now() });
    expect(await retry(failed)).toEqual({ kind: 'undone' });
    expect(await retry(fine)).toEqual({ kind: 'refused', status: 'completed' });
  });
});

describe('retry of a fan-out, hard cases', () => {
  it('a once call that was done in an item that failed by itself is not repeated', async () => {
    const calls: string[] = [];
    let bad = true;
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.map(
          [1],
          async (_x, inner) => {
            await inner.tool('pay', {}, { key: 'pay' });
            if (bad) throw new Error('a mistake of the author');
          },
          { key: 'all' },
        ),
      ),
    ]);
    harness.equip(tool('pay', calls));
    const id = await harness.start('subject');
    await harness.finished(id);
    bad = false;
    await harness.retry(id);
    await harness.finished(id);
    expect(calls).toEqual(['pay']);
  });

  it('a failed call that an item has caught is not repeated', async () => {
    const calls: string[] = [];
    let bad = true;
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.map(
          [1],
          async (_x, inner) => {
            try {
              await inner.tool('card', {}, { key: 'card' });
            } catch {
              await inner.tool('cash', {}, { key: 'cash' });
            }
            await inner.step('ship', () => {
              if (bad) throw new Error('no ship');
              return 1;
            });
          },
          { key: 'all' },
        ),
      ),
    ]);
    harness.equip(tool('card', calls, () => !bad));
    harness.equip(tool('cash', calls));
    const id = await harness.start('subject');
    await harness.finished(id);
    bad = false;
    await harness.retry(id);
    await harness.finished(id);
    expect(calls).toEqual(['card', 'cash']);
  });

  it('a caught failure in an item that is done stays in the record', async () => {
    const calls: string[] = [];
    let bad = true;
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.map(
          [1, 2],
          async (x, inner) => {
            if (x === 1) {
              try {
                await inner.tool('card', {}, { key: 'card' });
              } catch {
                /* fine */
              }
              return;
            }
            await inner.step('ship', () => {
              if (bad) throw new Error('no ship');
              return 1;
            });
          },
          { key: 'all' },
        ),
      ),
    ]);
    harness.equip(tool('card', calls, () => false));
    const id = await harness.start('subject');
    await harness.finished(id);
    bad = false;
    await harness.retry(id);
    await harness.finished(id);
    expect(harness.steps(id).map((s) => s.key)).toContain('all/0/card');
  });
});
