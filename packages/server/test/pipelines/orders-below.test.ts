import { definePipeline, type DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Harness } from './harness.ts';

const pipeline = (id: string, run: (ctx: DurableContext) => Promise<unknown>) =>
  definePipeline({ id, description: 'd', input: z.any(), output: z.any(), run });

const childOf = (harness: Harness, id: string): string =>
  JSON.parse(harness.steps(id).find(({ key }) => key === 'child')?.detail ?? '{}').run;

/** A parent that waits for a child, and a child that is in the middle of a step of a minute: it sees no order before that. */
async function openBusyChild() {
  const harness = await Harness.open([
    pipeline('parent', (ctx) => ctx.run('busy', {}, { key: 'child' })),
    pipeline('busy', async (ctx) => {
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
      pipeline('parent', (ctx) => ctx.run('napping', {}, { key: 'child' })),
      pipeline('napping', (ctx) => ctx.sleep('nap', 1_000)),
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
      pipeline('top', (ctx) => ctx.run('middle', {}, { key: 'child' })),
      pipeline('middle', (ctx) =>
        Promise.all([
          ctx.run('leaf', {}, { key: 'child' }),
          ctx.step('long', () => new Promise((resolve) => harness.clock.after(60_000, () => resolve('x')))),
        ]),
      ),
      pipeline('leaf', (ctx) => ctx.sleep('nap', 600_000)),
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
