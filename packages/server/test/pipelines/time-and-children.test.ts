import { definePipeline, PerdureError, type DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RunJournal } from '../../src/pipelines/ports.ts';
import { Harness } from './harness.ts';

const pipeline = (id: string, run: (ctx: DurableContext, input: { readonly n: number }) => Promise<unknown>) =>
  definePipeline({ id, description: 'd', input: z.object({ n: z.number().default(0) }), output: z.any(), run });

describe('durable time', () => {
  it('P3: sleeps parked, holding no drive, until its time and not before', async () => {
    await using harness = await Harness.open([pipeline('nap', async (ctx) => ctx.sleep('nap', 10_000))]);
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
    await using harness = await Harness.open([pipeline('nap', async (ctx) => ctx.sleep('nap', 10_000))]);
    const id = await harness.start('nap');
    await harness.until(id, 'waiting');
    await harness.advance(6_000);
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.until(id, 'waiting');
    await harness.advance(4_000);
    expect(harness.run(id).status).toBe('completed');
  });

  it('does not tell a second time that it waits for the same thing', async () => {
    await using harness = await Harness.open([pipeline('nap', async (ctx) => ctx.sleep('nap', 10_000))]);
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
      pipeline('branches', async (ctx) =>
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
      pipeline('same', async (ctx) => {
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
      pipeline('talk', async (ctx) => {
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
    await using harness = await Harness.open([pipeline('nap', async (ctx) => ctx.sleep('nap', ms))]);
    expect((await harness.until(await harness.start('nap'), 'needs_attention')).error).toContain('cannot be slept');
  });
});

describe('retries of a step', () => {
  it('repeats an attempt by its policy, with one idempotency key and growing attempt numbers', async () => {
    const seen: unknown[] = [];
    await using harness = await Harness.open([
      pipeline('retry', (ctx) =>
        ctx.step(
          'flaky',
          ({ attempt, idempotencyKey }) => {
            seen.push([attempt, idempotencyKey, harness.clock.now()]);
            if (attempt < 3) throw new Error(`no ${attempt}`);
            return 'yes';
          },
          { retry: { attempts: 3, delayMs: 100 } },
        ),
      ),
    ]);
    const at = harness.clock.now();
    const id = await harness.start('retry');
    expect((await harness.finished(id)).output).toBe('"yes"');
    const key = `${id}/flaky`;
    expect(seen).toEqual([
      [1, key, at],
      [2, key, at + 100],
      [3, key, at + 300],
    ]);
    expect(harness.eventTypes(id).filter((type) => type === 'step.retrying')).toHaveLength(2);
  });

  it('does not repeat at all unless told to', async () => {
    let calls = 0;
    await using harness = await Harness.open([
      pipeline('plain', (ctx) =>
        ctx.step('once', () => {
          calls += 1;
          throw new Error('no');
        }),
      ),
    ]);
    expect((await harness.finished(await harness.start('plain'))).status).toBe('failed');
    expect(calls).toBe(1);
  });

  it.each([
    ['one of ours', new PerdureError('invalid_input', 'There is no such account.')],
    // As it comes out of another copy of our code.
    ['one known by its code alone', Object.assign(new Error('There is no such account.'), { code: 'invalid_input' })],
  ])('fails at once with an error that says it cannot be retried: %s', async (_name, error) => {
    let calls = 0;
    await using harness = await Harness.open([
      pipeline('final', (ctx) =>
        ctx.step(
          'book',
          () => {
            calls += 1;
            throw error;
          },
          { retry: { attempts: 3 } },
        ),
      ),
    ]);
    const id = await harness.start('final');
    const { status, error: told } = await harness.finished(id);
    expect(status).toBe('failed');
    expect(JSON.parse(told ?? '')).toMatchObject({ code: 'invalid_input', message: 'There is no such account.' });
    expect(calls).toBe(1);
    expect(harness.eventTypes(id)).not.toContain('step.retrying');
  });

  it('repeats an attempt that failed with an error of ours that may pass', async () => {
    await using harness = await Harness.open([
      pipeline('passing', (ctx) =>
        ctx.step(
          'book',
          ({ attempt }) => {
            if (attempt < 3) throw new PerdureError('unavailable', 'Not now.');
            return attempt;
          },
          { retry: { attempts: 3 } },
        ),
      ),
    ]);
    expect((await harness.finished(await harness.start('passing'))).output).toBe('3');
  });

  it('gives a caught failure back as the same error in every drive', async () => {
    const seen: unknown[] = [];
    await using harness = await Harness.open([
      pipeline('caught', async (ctx) => {
        try {
          await ctx.step('bad', () => Promise.reject(new RangeError('out')));
        } catch (error) {
          seen.push([(error as Error).message, (error as { code: string }).code]);
        }
        await ctx.sleep('nap', 1_000);
        return 'fine';
      }),
    ]);
    expect((await harness.finished(await harness.start('caught'))).output).toBe('"fine"');
    expect(seen).toEqual([
      ['out', 'step_failed'],
      ['out', 'step_failed'],
    ]);
  });
});

describe('child runs', () => {
  const child = pipeline('child', async (ctx, { n }) => {
    await ctx.sleep('nap', 1_000);
    return ctx.step('double', () => n * 2);
  });

  it('waits parked for its child and returns its output', async () => {
    const parent = pipeline('parent', (ctx) => ctx.run('child', { n: 21 }, { key: 'kid' }));
    await using harness = await Harness.open([parent, child]);
    const id = await harness.start('parent');
    await harness.settle();
    expect(harness.run(id)).toMatchObject({ status: 'waiting', wait_kind: 'child', wake_at: null });
    expect((await harness.finished(id)).output).toBe('42');
  });

  it('R6: a parent whose wake was lost goes on when its finished child is driven again', async () => {
    const parent = pipeline('parent', (ctx) => ctx.run('child', { n: 1 }, { key: 'kid' }));
    await using harness = await Harness.open([parent, child]);
    const id = await harness.start('parent');
    await harness.settle();
    const childId = JSON.parse(harness.steps(id)[0]?.detail ?? '').run as string;
    const lost: string[] = [];
    harness.replaceWorker({ waker: { wake: async (runId) => void lost.push(runId) } });
    await harness.engine.wake(childId, { at: harness.clock.now() + 1_000 });
    await harness.finished(childId);
    expect(lost).toEqual([id]);
    expect(harness.run(id).status).toBe('waiting');
    harness.replaceWorker();
    await harness.engine.wake(childId);
    expect((await harness.finished(id)).output).toBe('2');
  });

  it('fails with the error of its child', async () => {
    const sad = pipeline('child', () => Promise.reject(new Error('sad')));
    const parent = pipeline('parent', (ctx) => ctx.run('child', {}, { key: 'kid' }));
    await using harness = await Harness.open([parent, sad]);
    const run = await harness.finished(await harness.start('parent'));
    expect(JSON.parse(run.error ?? '')).toMatchObject({ message: 'sad', details: { stepKey: 'kid' } });
  });

  it('cancels its children with itself, and ends only after they have', async () => {
    const parent = pipeline('parent', (ctx) => ctx.run('child', { n: 1 }, { key: 'kid' }));
    await using harness = await Harness.open([parent, child]);
    const id = await harness.start('parent');
    await harness.settle();
    const childId = JSON.parse(harness.steps(id)[0]?.detail ?? '').run as string;
    await harness.order(id, 'cancel');
    expect((await harness.finished(id)).status).toBe('cancelled');
    expect(harness.run(childId).status).toBe('cancelled');
    expect(harness.run(childId).ended_at).toBeLessThanOrEqual(harness.run(id).ended_at ?? 0);
  });

  it('counts its own turns against the budget that its parent was started with', async () => {
    const parent = pipeline('parent', (ctx) => ctx.run('child', { n: 1 }, { key: 'kid' }));
    await using harness = await Harness.open([parent, child]);
    const id = harness.newId();
    const budget = { turns: 3 };
    await harness.intake.start({
      id,
      pipeline: 'parent',
      input: '{}',
      budget,
      actor: 'owner',
      at: harness.clock.now(),
    });
    await harness.engine.wake(id);
    await harness.settle();
    expect(harness.run(childIn(harness, id)).budget).toBe('{"turns":3}');
  });

  it('is paused and resumed with its parent', async () => {
    const parent = pipeline('parent', (ctx) => ctx.run('child', { n: 21 }, { key: 'kid' }));
    await using harness = await Harness.open([parent, child]);
    const id = await harness.start('parent');
    await harness.settle();
    const childId = childIn(harness, id);
    await harness.order(id, 'pause');
    await harness.until(id, 'paused');
    await harness.until(childId, 'paused');
    await harness.advance(600_000);
    expect(harness.run(childId).status).toBe('paused');
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).output).toBe('42');
  });

  it('is paused with its parent also when it is born while the pause is on its way', async () => {
    const parent = pipeline('parent', (ctx) => ctx.run('child', { n: 21 }, { key: 'kid' }));
    await using harness = await Harness.open([parent, child]);
    const id = harness.newId();
    const at = harness.clock.now();
    await harness.intake.start({ id, pipeline: 'parent', input: '{}', actor: 'owner', at });
    const pause = { orderId: 'o1', runId: id, order: 'pause', actor: 'owner', at } as const;
    expect(await harness.intake.order(pause)).toEqual({ kind: 'accepted', below: [] });
    // The drive that gives birth has loaded the run just before the order came.
    const { journal } = harness;
    let drives = 0;
    const late: RunJournal['begin'] = async (...of) => {
      const run = await journal.begin(...of);
      drives += 1;
      return run && drives === 1 ? { ...run, orders: [] } : run;
    };
    harness.replaceWorker({ journal: { ...journal, begin: late } });
    await harness.engine.wake(id);
    await harness.settle();
    const childId = childIn(harness, id);
    await harness.engine.wake(id);
    await harness.until(id, 'paused');
    await harness.until(childId, 'paused');
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).output).toBe('42');
  });

  it('hears a text that was sent to its parent', async () => {
    const parent = pipeline('parent', (ctx) => ctx.run('child', { n: 1 }, { key: 'kid' }));
    await using harness = await Harness.open([parent, child]);
    const id = await harness.start('parent');
    await harness.settle();
    const childId = childIn(harness, id);
    const at = harness.clock.now();
    const sent = { orderId: 'o1', runId: id, order: 'steer', text: 'Shorter.', actor: 'owner', at } as const;
    expect(await harness.intake.order(sent)).toEqual({ kind: 'accepted', below: [childId] });
    expect(harness.events(childId).at(-1)).toMatchObject({ type: 'order.received' });
    expect(await harness.intake.order(sent)).toEqual({ kind: 'accepted', below: [childId] });
    const texts = harness.database.sqlite.prepare(`SELECT run_id FROM orders WHERE text = 'Shorter.'`).all();
    expect(texts).toHaveLength(2);
  });

  it('is born once, whatever dies between its birth and its first drive', async () => {
    const parent = pipeline('parent', (ctx) => ctx.run('child', { n: 1 }, { key: 'kid' }));
    await using harness = await Harness.open([parent, child]);
    const id = harness.newId();
    await harness.intake.start({ id, pipeline: 'parent', input: '{}', actor: 'owner', at: harness.clock.now() });
    harness.replaceWorker({ waker: { wake: () => Promise.reject(new Error('engine is down')) } });
    await harness.engine.wake(id);
    await harness.settle();
    harness.replaceWorker();
    await harness.engine.wake(id);
    expect((await harness.finished(id)).status).toBe('completed');
    expect(harness.database.sqlite.prepare('SELECT count(*) AS n FROM runs').get()?.['n']).toBe(2);
  });
});

function childIn(harness: Harness, runId: string): string {
  const step = harness.steps(runId).find(({ kind }) => kind === 'run');
  return (JSON.parse(step?.detail ?? '{}') as { readonly run: string }).run;
}
