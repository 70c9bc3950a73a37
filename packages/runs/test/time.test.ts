import type { DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { Harness } from './harness.ts';
import { pipeline } from './support.ts';

const named = (id: string, run: (ctx: DurableContext) => Promise<unknown>) => pipeline(run, id);

describe('durable time', () => {
  it('P3: sleeps parked, holding no drive, until its time and not before', async () => {
    await using harness = await Harness.open([named('nap', async (ctx) => ctx.sleep('nap', 10_000))]);
    const id = await harness.start('nap');
    const waiting = await harness.until(id, 'waiting');
    expect(waiting).toMatchObject({ wait_kind: 'timer', wake_at: harness.clock.now() + 10_000 });
    expect(harness.engine.isDriving).toBe(false);
    await harness.advance(9_999);
    expect(harness.run(id).status).toBe('waiting');
    await harness.advance(1);
    expect(harness.run(id).status).toBe('completed');
  });

  it('keeps the wake-up time of the first drive: a restart does not sleep again', async () => {
    await using harness = await Harness.open([named('nap', async (ctx) => ctx.sleep('nap', 10_000))]);
    const id = await harness.start('nap');
    await harness.until(id, 'waiting');
    await harness.advance(6_000);
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.until(id, 'waiting');
    await harness.advance(4_000);
    expect(harness.run(id).status).toBe('completed');
  });

  it('never sleeps longer than it is long once the clock was set back, however far', async () => {
    await using harness = await Harness.open([named('nap', async (ctx) => ctx.sleep('nap', 10_000))]);
    const id = await harness.start('nap');
    await harness.until(id, 'waiting');
    await harness.advance(4_000);
    harness.clock.set(-3_600_000);
    await harness.engine.wake(id);
    await harness.settle();
    expect(harness.run(id).wake_at).toBe(harness.clock.now() + 10_000);
    await harness.advance(6_000);
    expect(harness.run(id).status).toBe('waiting');
    await harness.advance(4_000);
    expect(harness.run(id).status).toBe('completed');
    expect(harness.eventTypes(id).filter((type) => type === 'step.started')).toHaveLength(1);
  });

  it('does not tell a second time that it waits for the same thing', async () => {
    await using harness = await Harness.open([named('nap', async (ctx) => ctx.sleep('nap', 10_000))]);
    const id = await harness.start('nap');
    await harness.until(id, 'waiting');
    for (let times = 0; times < 12; times += 1) {
      await harness.engine.wake(id);
      await harness.settle();
    }
    expect(harness.run(id).status).toBe('waiting');
    expect(harness.eventTypes(id)).toEqual(['run.queued', 'run.started', 'step.started', 'run.waiting']);
  });

  it('goes on with a branch whose nap is over while another branch still works', async () => {
    const work = Promise.withResolvers<void>();
    await using harness = await Harness.open([
      named('branches', async (ctx) =>
        Promise.all([
          ctx.step('long', () => work.promise),
          (async () => {
            await ctx.sleep('nap', 1_000);
            await ctx.step('after-nap', () => 1);
          })(),
        ]),
      ),
    ]);
    const id = await harness.start('branches');
    await harness.advance(1_000);
    expect(harness.steps(id).map((step) => [step.key, step.status])).toContainEqual(['after-nap', 'done']);
    work.resolve();
    expect((await harness.finished(id)).status).toBe('completed');
  });

  it('P1: now and uuid are the same in every drive, and differ by key', async () => {
    const seen: unknown[] = [];
    await using harness = await Harness.open([
      named('same', async (ctx) => {
        seen.push([await ctx.now('when'), ctx.uuid('a'), ctx.uuid('b')]);
        await ctx.sleep('nap', 1_000);
      }),
    ]);
    await harness.finished(await harness.start('same'));
    expect(seen).toHaveLength(2);
    expect(seen[0]).toEqual(seen[1]);
    const [, a, b] = seen[0] as string[];
    expect(a).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(a).not.toBe(b);
  });

  it('P1: writes each log line once, however often the code before it is passed over', async () => {
    await using harness = await Harness.open([
      named('talk', async (ctx) => {
        ctx.log('begin');
        await ctx.step('a', () => 1);
        ctx.log('middle', { step: 'a' });
        await ctx.sleep('nap', 1_000);
        ctx.log('end');
      }),
    ]);
    const id = await harness.start('talk');
    await harness.finished(id);
    const lines = harness
      .events(id)
      .filter((event) => event.type === 'run.log')
      .map((event) => JSON.parse(event.data).message);
    expect(lines).toEqual(['begin', 'middle', 'end']);
  });

  it.each([-1, Number.NaN, Infinity])('refuses to sleep for %d ms', async (ms) => {
    await using harness = await Harness.open([named('nap', async (ctx) => ctx.sleep('nap', ms))]);
    expect((await harness.until(await harness.start('nap'), 'needs_attention')).error).toContain('cannot be slept');
  });
});
