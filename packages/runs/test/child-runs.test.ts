import { definePipeline, type DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RunJournal } from '../src/record/journal.ts';
import { Harness } from './harness.ts';
import { pipeline } from './support.ts';

const numbered = (id: string, run: (ctx: DurableContext, input: { readonly n: number }) => Promise<unknown>) =>
  definePipeline({ id, description: 'd', input: z.object({ n: z.number().default(0) }), output: z.any(), run });

describe('child runs', () => {
  const child = numbered('child', async (ctx, { n }) => {
    await ctx.sleep('nap', 1_000);
    return ctx.step('double', () => n * 2);
  });

  it('waits parked for its child and returns its output', async () => {
    const parent = numbered('parent', (ctx) => ctx.run('child', { n: 21 }, { key: 'kid' }));
    await using harness = await Harness.open([parent, child]);
    const id = await harness.start('parent');
    await harness.settle();
    expect(harness.run(id)).toMatchObject({ status: 'waiting', wait_kind: 'child', wake_at: null });
    expect((await harness.finished(id)).output).toBe('42');
  });

  it('R6: a parent whose wake was lost goes on when its finished child is driven again', async () => {
    const parent = numbered('parent', (ctx) => ctx.run('child', { n: 1 }, { key: 'kid' }));
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
    const sad = numbered('child', () => Promise.reject(new Error('sad')));
    const parent = numbered('parent', (ctx) => ctx.run('child', {}, { key: 'kid' }));
    await using harness = await Harness.open([parent, sad]);
    const run = await harness.finished(await harness.start('parent'));
    expect(JSON.parse(run.error ?? '')).toMatchObject({ message: 'sad', details: { stepKey: 'kid' } });
  });

  it('cancels its children with itself, and ends only after they have', async () => {
    const parent = numbered('parent', (ctx) => ctx.run('child', { n: 1 }, { key: 'kid' }));
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
    const parent = numbered('parent', (ctx) => ctx.run('child', { n: 1 }, { key: 'kid' }));
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
    const parent = numbered('parent', (ctx) => ctx.run('child', { n: 21 }, { key: 'kid' }));
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
    const parent = numbered('parent', (ctx) => ctx.run('child', { n: 21 }, { key: 'kid' }));
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
    const parent = numbered('parent', (ctx) => ctx.run('child', { n: 1 }, { key: 'kid' }));
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
    const parent = numbered('parent', (ctx) => ctx.run('child', { n: 1 }, { key: 'kid' }));
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

const tagging = (tags: unknown) =>
  pipeline(async (ctx) => {
    await ctx.run('child', { tags }, { key: 'child' });
    await ctx.human('ok?', { key: 'q' });
  });

describe('child runs, hard cases', () => {
  it('one that was cancelled because its sibling failed is started anew by a retry', async () => {
    let isBroken = true;
    await using harness = await Harness.open([
      pipeline((ctx) =>
        Promise.all([
          ctx.run('child', {}, { key: 'kid' }),
          ctx.step('fails', () => {
            if (isBroken) throw new Error('no');
          }),
        ]),
      ),
      pipeline(async (ctx) => ctx.sleep('nap', 10_000), 'child'),
    ]);
    const id = await harness.start('subject');
    expect((await harness.finished(id)).status).toBe('failed');
    isBroken = false;
    await harness.retry(id);
    expect((await harness.finished(id)).status).toBe('completed');
  });

  it('a child that was recorded with what JSON made of a Set goes on when its parent gives the Set again', async () => {
    await using harness = await Harness.open([tagging({}), pipeline(async () => 1, 'child')]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    harness.define(tagging(new Set(['a'])));
    await harness.answer(harness.wait(id).id, 'x');
    expect((await harness.finished(id)).status).toBe('completed');
  });
});

const childOf = (harness: Harness, id: string): string =>
  JSON.parse(harness.steps(id).find(({ key }) => key === 'child')?.detail ?? '{}').run;

/**
 * A parent that waits for a child, and a child that is in the middle of a step of a minute: it sees no order before
 * that.
 */
async function openBusyChild() {
  const harness = await Harness.open([
    numbered('parent', (ctx) => ctx.run('busy', {}, { key: 'child' })),
    numbered('busy', async (ctx) => {
      await ctx.step('long', () => new Promise((resolve) => harness.clock.after(60_000, () => resolve('x'))));
      return await ctx.step('after', () => 'done');
    }),
  ]);
  const id = await harness.start('parent');
  await harness.until(id, 'waiting');
  return { harness, id, child: childOf(harness, id) };
}

describe('orders to the runs below', () => {
  it('a resume reaches a child whose pause is still on its way', async () => {
    const { harness, id, child } = await openBusyChild();
    await using _open = harness;
    await harness.order(id, 'pause');
    await harness.until(id, 'paused');
    expect(harness.run(child).status).toBe('running');
    expect(await harness.order(id, 'resume')).toBe('accepted');
    await harness.advance(3_000_000);
    expect([harness.run(id).status, harness.run(child).status]).toEqual(['completed', 'completed']);
  });

  it('a pause and a resume that a new worker finds together leave the child at work', async () => {
    const { harness, id, child } = await openBusyChild();
    await using _open = harness;
    await harness.order(id, 'pause');
    await harness.until(id, 'paused');
    await harness.order(id, 'resume');
    harness.replaceWorker();
    await harness.engine.wake(child);
    await harness.advance(3_000_000);
    expect([harness.run(id).status, harness.run(child).status]).toEqual(['completed', 'completed']);
  });

  it('of pause, resume, pause that a new worker finds together the last counts', async () => {
    const { harness, id, child } = await openBusyChild();
    await using _open = harness;
    await harness.order(id, 'pause');
    await harness.until(id, 'paused');
    await harness.order(id, 'resume');
    await harness.order(child, 'pause');
    harness.replaceWorker();
    await harness.engine.wake(child);
    await harness.advance(3_000_000);
    expect(harness.run(child).status).toBe('paused');
  });

  it('a child whose wake is late is paused with its parent', async () => {
    await using harness = await Harness.open([
      numbered('parent', (ctx) => ctx.run('napping', {}, { key: 'child' })),
      numbered('napping', (ctx) => ctx.sleep('nap', 1_000)),
    ]);
    const id = await harness.start('parent');
    await harness.until(id, 'waiting');
    const child = childOf(harness, id);
    await harness.until(child, 'waiting');
    await harness.intake.order({ orderId: 'p', runId: id, order: 'pause', actor: 'owner', at: harness.clock.now() });
    await harness.engine.wake(id);
    await harness.settle();
    expect([harness.run(id).status, harness.run(child).status]).toEqual(['paused', 'paused']);
  });

  it('a grandchild that a person let go on is not paused again by the run between', async () => {
    await using harness = await Harness.open([
      numbered('top', (ctx) => ctx.run('middle', {}, { key: 'child' })),
      numbered('middle', (ctx) =>
        Promise.all([
          ctx.run('leaf', {}, { key: 'child' }),
          ctx.step('long', () => new Promise((resolve) => harness.clock.after(60_000, () => resolve('x')))),
        ]),
      ),
      numbered('leaf', (ctx) => ctx.sleep('nap', 600_000)),
    ]);
    const id = await harness.start('top');
    await harness.advance(1_000);
    const middle = childOf(harness, id);
    const leaf = childOf(harness, middle);
    await harness.order(id, 'pause');
    await harness.until(leaf, 'paused');
    await harness.order(leaf, 'resume');
    await harness.until(leaf, 'waiting');
    await harness.until(middle, 'paused');
    await harness.advance(1_000);
    const pauses = harness.database.sqlite
      .prepare("SELECT id FROM orders WHERE run_id = ? AND kind = 'pause'")
      .all(leaf);
    expect({ pauses: pauses.length, leaf: harness.run(leaf).status }).toEqual({ pauses: 1, leaf: 'waiting' });
  });
});
