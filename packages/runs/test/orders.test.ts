import { describe, expect, it } from 'vitest';
import { Harness } from './harness.ts';
import { pipeline } from './support.ts';

const openOrders = (harness: Harness) =>
  harness.database.sqlite.prepare('SELECT id FROM orders WHERE consumed_at IS NULL').all().length;

describe('orders', () => {
  it('pause lets the step in flight finish, begins no other, and resume goes on behind it', async () => {
    const first = Promise.withResolvers<string>();
    const calls: string[] = [];
    await using harness = await Harness.open([
      pipeline(async (ctx) => [
        await ctx.step('first', () => (calls.push('first'), first.promise)),
        await ctx.step('second', () => calls.push('second')),
      ]),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    await harness.order(id, 'pause');
    await harness.advance(1_000);
    expect(harness.run(id).status).toBe('running');
    first.resolve('paid for');
    await harness.until(id, 'paused');
    expect(calls).toEqual(['first']);
    expect(harness.steps(id)[0]).toMatchObject({ status: 'done', result: '"paid for"' });
    await harness.engine.wake(id);
    await harness.advance(10_000);
    expect(harness.run(id).status).toBe('paused');
    await harness.order(id, 'resume');
    await harness.finished(id);
    expect(calls).toEqual(['first', 'second']);
  });

  it('pauses a sleeping run at once, and a resumed one still wakes at its time', async () => {
    await using harness = await Harness.open([pipeline(async (ctx) => ctx.sleep('nap', 60_000))]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.order(id, 'pause');
    await harness.settle();
    expect(harness.run(id).status).toBe('paused');
    await harness.advance(30_000);
    await harness.order(id, 'resume');
    await harness.until(id, 'waiting');
    await harness.advance(30_000);
    expect(harness.run(id).status).toBe('completed');
  });

  it('refuses an order that makes no sense in the present state, and records none', async () => {
    await using harness = await Harness.open([pipeline((ctx) => ctx.step('only', () => 1))]);
    const id = await harness.start('subject');
    expect(await harness.order(id, 'resume')).toBe('refused');
    await harness.finished(id);
    expect(await harness.order(id, 'pause')).toBe('refused');
    expect(await harness.order('00000000-0000-7000-8000-ffffffffffff', 'pause')).toBe('not_found');
    expect(harness.eventTypes(id)).not.toContain('order.received');
  });

  it('cancel aborts what is in flight without recording it as failed, and the pipeline never notices', async () => {
    const seen: string[] = [];
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        try {
          await ctx.step(
            'long',
            ({ signal }) =>
              new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
          );
        } catch {
          seen.push('caught');
        } finally {
          seen.push('finally');
        }
      }),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    await harness.order(id, 'cancel');
    await harness.advance(1_000);
    expect(harness.run(id).status).toBe('cancelled');
    expect(harness.steps(id)).toEqual([]);
    expect(seen).toEqual([]);
  });

  it.each(['pause', 'resume'] as const)(
    'an order that came while no worker lived (%s) is found by the next drive',
    async (order) => {
      await using harness = await Harness.open([pipeline(async (ctx) => ctx.sleep('nap', 60_000))]);
      const id = await harness.start('subject');
      await harness.until(id, 'waiting');
      if (order === 'resume') {
        await harness.order(id, 'pause');
        await harness.until(id, 'paused');
      }
      await harness.intake.order({
        orderId: harness.newId(),
        runId: id,
        order,
        actor: 'owner',
        at: harness.clock.now(),
      });
      harness.replaceWorker();
      await harness.engine.wake(id);
      await harness.settle();
      expect(harness.run(id).status).toBe(order === 'pause' ? 'paused' : 'waiting');
    },
  );
});

describe('orders that meet a run at rest', () => {
  it('a second pause has no effect after the resume', async () => {
    const first = Promise.withResolvers<void>();
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('first', () => first.promise);
        await ctx.step('second', () => 2);
      }),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    await harness.order(id, 'pause');
    await harness.order(id, 'pause');
    await harness.advance(1_000);
    first.resolve();
    await harness.until(id, 'paused');
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).status).toBe('completed');
    expect(openOrders(harness)).toBe(0);
  });

  it('a cancel of a paused run without its code waits for the code, and is not forgotten', async () => {
    const seen: string[] = [];
    const whole = pipeline(async (ctx) => {
      await ctx.step('a', () => 1, { undo: () => seen.push('undone') });
      await ctx.sleep('nap', 60_000);
      await ctx.step('after', () => seen.push('after'));
    });
    await using harness = await Harness.open([whole]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.order(id, 'pause');
    await harness.until(id, 'paused');
    harness.forget('subject');
    await harness.order(id, 'cancel');
    await harness.until(id, 'needs_attention');
    expect(openOrders(harness)).toBe(0);
    harness.define(whole);
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).status).toBe('cancelled');
    expect(seen).toEqual(['undone']);
  });

  it('an order that came too late for a failing run does not meet the retried one', async () => {
    const first = Promise.withResolvers<void>();
    let isBroken = true;
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('first', () => first.promise);
        await ctx.step('second', () => {
          if (isBroken) throw new Error('no');
        });
      }),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    await harness.order(id, 'cancel');
    first.resolve();
    await harness.settle();
    expect(harness.run(id).status).toBe('failed');
    isBroken = false;
    await harness.retry(id);
    expect((await harness.finished(id)).status).toBe('completed');
  });
});
