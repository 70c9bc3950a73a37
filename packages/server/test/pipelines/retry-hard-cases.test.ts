import { definePipeline, defineTool, type DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Harness } from './harness.ts';
import { openWithAgents, PlayedModel, loaded, type Said } from './agent-harness.ts';
import { createSweepStore } from '../../src/storage/sweep-store.ts';

const pipeline = (run: (ctx: DurableContext) => Promise<unknown>, id = 'subject') =>
  definePipeline({ id, description: 'd', input: z.any(), output: z.any(), run });
const done: Said = { answer: { answer: 'done' } };
const tool = (id: string, calls: string[], run: () => boolean = () => true) =>
  defineTool({
    id,
    description: 'd',
    input: z.any(),
    output: z.any(),
    effect: 'once',
    run: async () => {
      calls.push(id);
      return run() ? { success: true as const, data: 1 } : { success: false as const, errorMessage: 'declined' };
    },
  });

describe('retry, hard cases', () => {
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
  it('a sweep leaves a waiting run alone whose outcome was answered', async () => {
    const s = { hang: true };
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.map([1, 2], (n, inner) => inner.tool('probe', { n }, { key: 'call' }), { key: 'all' });
        await ctx.human('Go?', { key: 'q' });
      }),
    ]);
    harness.equip(
      defineTool({
        id: 'probe',
        description: 'd',
        input: z.any(),
        output: z.any(),
        effect: 'once',
        run: async () => {
          if (s.hang) await new Promise(() => undefined);
          return { success: true as const, data: 1 };
        },
      }),
    );
    const id = await harness.start('subject');
    await harness.settle();
    s.hang = false;
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.until(id, 'needs_attention');
    const waits = harness.database.sqlite
      .prepare('SELECT id FROM waits ORDER BY id')
      .all()
      .map((r) => String(r['id']));
    const at = harness.clock.now();
    await harness.intake.answer({ waitId: waits[0]!, answer: '{"decision":"run_again"}', actor: 'o', at });
    const driving = harness.engine.wake(id);
    const second = harness.intake.answer({ waitId: waits[1]!, answer: '{"decision":"run_again"}', actor: 'o', at });
    await driving;
    await second;
    await harness.engine.wake(id);
    await harness.until(id, 'waiting');
    await harness.advance(600_000);
    const now = harness.clock.now();
    expect(
      await createSweepStore(harness.database).runsToWake({ silentSince: now - 60_000, overdueSince: now - 5_000 }),
    ).toEqual([]);
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
    const now = harness.clock.now();
    expect(
      await createSweepStore(harness.database).runsToWake({ silentSince: now - 60_000, overdueSince: now - 5_000 }),
    ).toEqual([]);
  });
  it("a fork from an agent's confirmed call keeps its turn and asks for an approval of its own", async () => {
    const calls: string[] = [];
    const pay = loaded({ ...tool('pay', calls), confirm: true });
    const model = new PlayedModel((_r, n) => (n === 0 ? { tools: [['pay', { n: 1 }]] } : done));
    await using harness = await openWithAgents([pipeline((ctx) => ctx.agent('helper', {}))], model, { tools: [pay] });
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.advance(10);
    await harness.answer(harness.wait(id).id, { verdict: 'approved' });
    await harness.finished(id);
    const copy = await harness.fork(id, 'helper/turn-1/pay-1');
    const run = await harness.until(copy, 'waiting', 'completed');
    expect([run.status, calls.length]).toEqual(['waiting', 1]);
  });
  it('an exhausted review asks for another verdict, and repeats no call of its redo', async () => {
    const calls: string[] = [];
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.review(1, {
          key: 'rev',
          by: 'human',
          maxRounds: 1,
          onExhausted: 'fail',
          redo: async (_review, inner) => {
            await inner.tool('pay', {}, { key: 'pay' });
            return 2;
          },
        }),
      ),
    ]);
    harness.equip(tool('pay', calls));
    const id = await harness.start('subject');
    const judge = async (verdict: string) => {
      await harness.until(id, 'waiting');
      await harness.answer(harness.wait(id).id, { verdict, feedback: 'x' });
      await harness.settle();
    };
    await judge('changes_requested');
    await judge('changes_requested');
    await harness.finished(id);
    await harness.retry(id);
    await judge('approved');
    expect((await harness.finished(id)).status).toBe('completed');
    expect(calls).toEqual(['pay']);
  });
});
