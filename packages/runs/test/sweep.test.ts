import { defineTool, type DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sweepAges, sweepOnce, wakeAfterRegistration, type SweepDeps } from '../src/drive/sweep.ts';
import type { Waker } from '../src/record/ports.ts';
import { createSweepStore } from '../src/store/sweep-store.ts';
import { Harness } from './harness.ts';
import { answerBoth, pipeline, runsToWake, sweep } from './support.ts';
import { onceTool } from './tool-probe.ts';

const named = (id: string, run: (ctx: DurableContext) => Promise<unknown>) => pipeline(run, id);
const nap = named('nap', async (ctx) => ctx.sleep('nap', 3_600_000));
const parent = named('parent', (ctx) => ctx.run('quick', {}, { key: 'kid' }));
const quick = named('quick', (ctx) => ctx.step('only', () => 1));

/** A wake, as an engine would have got it. */
type Sent = readonly [runId: string, at: number | undefined];

function depsFor(harness: Harness, sent: Sent[], overrides: Partial<SweepDeps> = {}): SweepDeps {
  return {
    store: createSweepStore(harness.database),
    waker: { wake: async (runId, { at } = {}) => void sent.push([runId, at]) },
    clock: harness.clock,
    holder: 'server-1',
    log: () => undefined,
    ...overrides,
  };
}

/** Sweeps without waking anybody: what it would wake is the answer. */
async function swept(harness: Harness, holder = 'server-1'): Promise<string[]> {
  const sent: Sent[] = [];
  await sweepOnce(depsFor(harness, sent, { holder }));
  return sent.map(([runId]) => runId);
}

/** The same for a worker that has registered with an engine. */
async function wokenAfterRegistration(harness: Harness, engine: { readonly isNew: boolean }): Promise<Sent[]> {
  const sent: Sent[] = [];
  await wakeAfterRegistration(depsFor(harness, sent), engine);
  return sent;
}

const unwoken = async (harness: Harness, name: string): Promise<string> => {
  const id = harness.newId();
  await harness.intake.start({ id, pipeline: name, input: '{}', actor: 'owner', at: harness.clock.now() });
  return id;
};

describe('R5: the sweep', () => {
  it('R5: wakes a queued run that nobody drove for a minute, and not before', async () => {
    await using harness = await Harness.open([quick]);
    const id = await unwoken(harness, 'quick');
    harness.clock.moveTo(harness.clock.now() + sweepAges.silent - 1);
    expect(await swept(harness)).toEqual([]);
    harness.clock.moveTo(harness.clock.now() + 1);
    expect(await swept(harness)).toEqual([id]);
  });

  it('R5: wakes a run whose worker was lost and whose engine forgot it', async () => {
    await using harness = await Harness.open([
      named('stuck', (ctx) => ctx.step('x', () => new Promise(() => undefined))),
    ]);
    const id = await harness.start('stuck');
    await harness.settle();
    // The lost one shows once more that its step lasts.
    await harness.advance(1_000);
    harness.replaceWorker();
    await harness.advance(sweepAges.silent);
    expect(await swept(harness)).toEqual([id]);
  });

  it('R5: wakes a sleeper whose timer is overdue by five seconds', async () => {
    await using harness = await Harness.open([nap]);
    harness.replaceWorker({ waker: { wake: () => Promise.resolve() } });
    const id = await harness.start('nap');
    await harness.until(id, 'waiting');
    harness.clock.moveTo((harness.run(id).wake_at ?? 0) + sweepAges.overdue - 1);
    expect(await swept(harness)).toEqual([]);
    harness.clock.moveTo(harness.clock.now() + 1);
    expect(await swept(harness)).toEqual([id]);
  });

  it('R5: wakes a parent whose child has ended, and a run whose order was not consumed', async () => {
    await using harness = await Harness.open([parent, quick, nap]);
    const parentId = await harness.start('parent');
    await harness.settle();
    expect((await harness.finished(parentId)).status).toBe('completed');
    const sleeper = await harness.start('nap');
    await harness.until(sleeper, 'waiting');
    await harness.intake.order({
      orderId: harness.newId(),
      runId: sleeper,
      order: 'pause',
      actor: 'owner',
      at: harness.clock.now(),
    });
    harness.database.sqlite
      .prepare(`UPDATE runs SET status = 'waiting', wait_kind = 'child' WHERE id = ?`)
      .run(parentId);
    harness.database.sqlite.prepare(`UPDATE steps SET status = 'started' WHERE run_id = ?`).run(parentId);
    harness.clock.moveTo(harness.clock.now() + sweepAges.overdue);
    expect(await swept(harness)).toEqual([parentId, sleeper].toSorted());
  });

  it('R5: leaves alone what sleeps, is paused or finished', async () => {
    await using harness = await Harness.open([nap, quick]);
    const sleeping = await harness.start('nap');
    const paused = await harness.start('nap');
    await harness.until(paused, 'waiting');
    await harness.order(paused, 'pause');
    await harness.until(paused, 'paused');
    await harness.finished(await harness.start('quick'));
    harness.replaceWorker();
    harness.clock.moveTo(harness.clock.now() + 600_000);
    expect(await swept(harness)).toEqual([]);
    expect(harness.run(sleeping).status).toBe('waiting');
  });

  it('sweeps in one process at a time: the lease of a dead one runs out', async () => {
    await using harness = await Harness.open([quick]);
    const id = await unwoken(harness, 'quick');
    harness.clock.moveTo(harness.clock.now() + sweepAges.silent);
    expect(await swept(harness, 'server-1')).toEqual([id]);
    expect(await swept(harness, 'server-2')).toEqual([]);
    harness.clock.moveTo(harness.clock.now() + 2 * sweepAges.every);
    expect(await swept(harness, 'server-2')).toEqual([id]);
  });

  it('wakes the others when one cannot be woken, and tells in one line how many could not and why', async () => {
    await using harness = await Harness.open([quick]);
    const ids = await Promise.all([unwoken(harness, 'quick'), unwoken(harness, 'quick'), unwoken(harness, 'quick')]);
    harness.clock.moveTo(harness.clock.now() + sweepAges.silent);
    const [sent, told]: [Sent[], string[]] = [[], []];
    const waker: Waker = {
      wake: async (runId) => {
        if (runId === ids[0]) throw new Error('not this one');
        sent.push([runId, undefined]);
      },
    };
    await sweepOnce(depsFor(harness, sent, { waker, log: (line) => told.push(line) }));
    expect(sent.map(([runId]) => runId)).toEqual(ids.slice(1));
    expect(told).toEqual(['wakes sent by the sweep: 2; 1 failed, left to the next: not this one']);
  });
});

describe('R5: a worker that has registered with the engine', () => {
  it('R5: has every run woken whose record holds a reason to go on, however young', async () => {
    await using harness = await Harness.open([quick, nap]);
    harness.replaceWorker({ waker: { wake: () => Promise.resolve() } });
    const queued = await unwoken(harness, 'quick');
    const due = await harness.start('nap');
    await harness.until(due, 'waiting');
    harness.clock.moveTo(harness.run(due).wake_at ?? 0);
    const waiting = await harness.start('nap');
    await harness.until(waiting, 'waiting');
    const sent = await wokenAfterRegistration(harness, { isNew: false });
    expect(sent).toEqual([queued, due].toSorted().map((id) => [id, undefined]));
  });

  it('R5: has those that sleep woken at their time where the engine is new, and only there', async () => {
    await using harness = await Harness.open([nap]);
    const sleeping = await harness.start('nap');
    const { wake_at: at } = await harness.until(sleeping, 'waiting');
    expect(await wokenAfterRegistration(harness, { isNew: true })).toEqual([[sleeping, at]]);
    expect(await wokenAfterRegistration(harness, { isNew: false })).toEqual([]);
  });

  it('R5: needs no lease, whoever holds it', async () => {
    await using harness = await Harness.open([quick]);
    const id = await unwoken(harness, 'quick');
    await swept(harness, 'server-1');
    expect(await wokenAfterRegistration(harness, { isNew: false })).toEqual([[id, undefined]]);
  });
});

describe('the sweep, hard cases', () => {
  it('a sweep leaves a waiting run alone whose outcome was answered', async () => {
    const { s, tool } = onceTool();
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.map([1, 2], (n, inner) => inner.tool('probe', { n }, { key: 'call' }), { key: 'all' });
        await ctx.human('Go?', { key: 'q' });
      }),
    ]);
    harness.equip(tool);
    const id = await harness.start('subject');
    await harness.settle();
    s.hang = false;
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.until(id, 'needs_attention');
    await answerBoth(harness, id, { decision: 'run_again' });
    await harness.until(id, 'waiting');
    await harness.advance(600_000);
    expect(await runsToWake(harness)).toEqual([]);
  });

  it('a sweep leaves a parent alone that waits for a child anew, though the child before has ended', async () => {
    const s = { fails: true };
    await using harness = await Harness.open([
      pipeline((ctx) => ctx.run('child', {}, { key: 'kid' })),
      pipeline(async (ctx) => {
        if (s.fails) throw new Error('not yet');
        return await ctx.human('Go?', { key: 'q' });
      }, 'child'),
    ]);
    const id = await harness.start('subject');
    await harness.until(id, 'failed');
    s.fails = false;
    await harness.retry(id);
    await harness.until(id, 'waiting');
    await harness.advance(600_000);
    expect(await runsToWake(harness)).toEqual([]);
  });

  it('a sweep leaves a retried call alone while its new approval is open', async () => {
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('pay', {}, { key: 'call' }))]);
    harness.equip(
      defineTool({
        id: 'pay',
        description: 'd',
        input: z.any(),
        output: z.any(),
        effect: 'once',
        confirm: true,
        run: async () => ({ success: false as const, errorMessage: 'no' }),
      }),
    );
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.answer(harness.wait(id).id, { verdict: 'approved' });
    await harness.finished(id);
    await harness.retry(id);
    await harness.until(id, 'waiting');
    await harness.advance(600_000);
    expect(await runsToWake(harness)).toEqual([]);
  });

  it('R5: a registration finds a run that has no driver where the clock is behind the record', async () => {
    const s = { hang: true };
    await using harness = await Harness.open([
      pipeline((ctx) => ctx.step('s', () => (s.hang ? new Promise(() => undefined) : 1))),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    s.hang = false;
    harness.replaceWorker();
    const woken: string[] = [];
    await wakeAfterRegistration(
      {
        store: createSweepStore(harness.database),
        waker: { wake: async (runId) => void woken.push(runId) },
        clock: { now: () => harness.clock.now() - 86_400_000, elapsed: () => 0, after: () => () => undefined },
        log: () => undefined,
      },
      { isNew: true },
    );
    expect(woken).toEqual([id]);
  });

  it('R5: the sweep finds a parent that waits for a timer too', async () => {
    await using harness = await Harness.open([
      pipeline((ctx) => Promise.race([ctx.run('child', {}, { key: 'kid' }), ctx.sleep('deadline', 365 * 86_400_000)])),
      pipeline(async (ctx) => ctx.sleep('nap', 10_000), 'child'),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    const child = (JSON.parse(harness.steps(id)[0]?.detail ?? '{}') as { run: string }).run;
    harness.replaceWorker({ waker: { wake: () => Promise.resolve() } });
    await harness.engine.wake(child, { at: harness.clock.now() + 10_000 });
    await harness.until(child, 'completed');
    await harness.advance(120_000);
    harness.replaceWorker();
    await sweep(harness);
    expect((await harness.finished(id)).status).toBe('completed');
  });
});
