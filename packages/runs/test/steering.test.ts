import { defineTool, PerdureError } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { done, loaded, openWithAgents, PlayedModel } from './agent-harness.ts';
import { pipeline } from './support.ts';

const look = loaded(
  defineTool({
    id: 'look',
    description: 'd',
    input: z.object({ n: z.int() }),
    output: z.int(),
    effect: 'pure',
    run: async ({ n }) => ({ success: true, data: n }),
  }),
);

/** A model whose turns end when the test says so; every turn but the last of `turns` asks for a tool. */
function steppedModel(turns: number) {
  const open: (() => void)[] = [];
  const model = new PlayedModel(async ({ messages }, index) => {
    await new Promise<void>((resolve) => open.push(resolve));
    const own = messages.filter(({ role }) => role === 'assistant').length + 1;
    return own < turns ? { tools: [['look', { n: index }]] } : done;
  });
  return { model, release: () => open.splice(0).forEach((go) => go()) };
}

const told = (model: PlayedModel, index: number) =>
  model.texts(index).filter((text) => text.includes('person in charge'));

describe('steering', () => {
  it('reaches the next turn of the agent at work, once, as part of what that turn records', async () => {
    const { model, release } = steppedModel(4);
    await using harness = await openWithAgents([pipeline((ctx) => ctx.agent('helper', {}))], model, { tools: [look] });
    const id = await harness.start('subject');
    await harness.settle();
    await harness.steer(id, 'Be brief.');
    // The turn in flight is let finish: it is paid for.
    await harness.advance(1_000);
    expect(model.requests).toHaveLength(1);
    for (let turn = 1; turn <= 4; turn += 1) {
      release();
      await harness.advance(300);
    }
    expect((await harness.finished(id)).status).toBe('completed');
    expect([0, 1, 2, 3].map((index) => told(model, index).length)).toEqual([0, 1, 1, 1]);
    const turn = harness.steps(id).find(({ key }) => key === 'helper/turn-2');
    expect(turn?.result).toContain('Be brief.');
    expect(harness.database.sqlite.prepare(`SELECT consumed_at FROM orders`).get()?.['consumed_at']).not.toBeNull();
  });

  it('reaches every agent call in flight of a fan-out, also when the worker dies between their turns', async () => {
    const { model, release } = steppedModel(3);
    const fanOut = pipeline((ctx) => ctx.map([1, 2, 3], (_n, inner) => inner.agent('helper', {}), { key: 'all' }));
    await using harness = await openWithAgents([fanOut], model, { tools: [look] });
    const id = await harness.start('subject');
    await harness.settle();
    await harness.steer(id, 'Use metric units.');
    await harness.advance(300);
    release();
    await harness.advance(300);
    harness.replaceWorker();
    await harness.engine.wake(id);
    for (let rounds = 0; rounds < 4; rounds += 1) {
      await harness.advance(300);
      release();
    }
    expect((await harness.finished(id)).status).toBe('completed');
    for (const item of [0, 1, 2]) {
      const turns = harness
        .steps(id)
        .filter(({ key }) => key.startsWith(`all/${item}/helper/turn-`) && !key.includes('look'));
      const withSteer = turns.filter(({ result }) => result?.includes('Use metric units.'));
      expect([item, withSteer.map(({ key }) => key)]).toEqual([item, [`all/${item}/helper/turn-2`]]);
    }
  });

  it('waits for the next agent where none is at work, and reaches only one', async () => {
    const { model, release } = steppedModel(1);
    const sleeper = pipeline(async (ctx) => {
      await ctx.sleep('nap', 10_000);
      await ctx.agent('helper', {}, { key: 'first' });
      await ctx.agent('helper', {}, { key: 'second' });
    });
    await using harness = await openWithAgents([sleeper], model);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.steer(id, 'Hurry.');
    await harness.advance(120_000);
    release();
    await harness.advance(1_000);
    release();
    expect((await harness.finished(id)).status).toBe('completed');
    expect([told(model, 0).length, told(model, 1).length]).toEqual([1, 0]);
  });

  it('is not lost when the turn that took it up never ends', async () => {
    const { model, release } = steppedModel(2);
    await using harness = await openWithAgents([pipeline((ctx) => ctx.agent('helper', {}))], model, { tools: [look] });
    const id = await harness.start('subject');
    await harness.settle();
    await harness.steer(id, 'Be kind.');
    await harness.advance(500);
    release();
    await harness.settle();
    expect(told(model, 1)).toHaveLength(1);
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.settle();
    expect(told(model, 2)).toHaveLength(1);
    // Another body, another key: a model server that repeats answers by key must not repeat the one without the text.
    expect(model.requests[1]?.idempotencyKey).toContain('turn-2/1/');
    release();
    expect((await harness.finished(id)).status).toBe('completed');
  });

  it('starts and stops nothing: a paused run stays paused', async () => {
    await using harness = await openWithAgents(
      [pipeline((ctx) => ctx.sleep('nap', 60_000))],
      new PlayedModel(() => done),
    );
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.order(id, 'pause');
    await harness.until(id, 'paused');
    await harness.steer(id, 'Go on!');
    await harness.advance(300_000);
    expect(harness.run(id).status).toBe('paused');
  });
});

describe('steering, hard cases', () => {
  it('a text taken up by a turn that a retry forgets is told again', async () => {
    const model = new PlayedModel((_request, n) => (n < 3 ? { answer: { wrong: n } } : done));
    await using harness = await openWithAgents(
      [
        pipeline(async (ctx) => {
          await ctx.sleep('nap', 1000);
          return ctx.agent('helper', {});
        }),
      ],
      model,
    );
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.steer(id, 'Use JSON.');
    await harness.finished(id);
    await harness.retry(id);
    await harness.finished(id);
    expect(model.texts(model.requests.length - 1).filter((t) => t.includes('Use JSON'))).toHaveLength(1);
  });

  it('a text taken up by a call that failed reaches the next one', async () => {
    const model = new PlayedModel((_request, n) => {
      if (n === 0) throw new PerdureError('model_rejected', 'no');
      return done;
    });
    await using harness = await openWithAgents(
      [
        pipeline(async (ctx) => {
          await ctx.sleep('nap', 1000);
          try {
            await ctx.agent('helper', {}, { key: 'a' });
          } catch {
            /* goes on */
          }
          return ctx.agent('helper', {}, { key: 'b' });
        }),
      ],
      model,
    );
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.steer(id, 'Hurry.');
    await harness.finished(id);
    expect(model.texts(1).filter((t) => t.includes('Hurry'))).toHaveLength(1);
  });

  it('a steer that an agent took is not lost when a retry begins the agent anew', async () => {
    const seen: boolean[] = [];
    let broken = true;
    let release: (() => void) | undefined;
    const model = new PlayedModel(async ({ messages }, n) => {
      seen.push(messages.some(({ content }) => content.includes('Be brief')));
      if (n === 0) await new Promise<void>((r) => (release = r));
      return broken ? { answer: 'no JSON object' } : done;
    });
    await using harness = await openWithAgents([pipeline((ctx) => ctx.agent('helper', {}))], model);
    const id = await harness.start('subject');
    await harness.settle();
    await harness.steer(id, 'Be brief');
    await harness.advance(1000);
    release?.();
    await harness.finished(id);
    broken = false;
    await harness.advance(1000);
    await harness.intake.retry({ runId: id, actor: 'owner', at: harness.clock.now() });
    await harness.engine.wake(id);
    await harness.finished(id);
    expect(seen).toEqual([false, true, true, true]);
  });

  it('five hundred texts make no header of more than 16 KiB', async () => {
    const model = new PlayedModel(() => done);
    await using harness = await openWithAgents(
      [
        pipeline(async (ctx) => {
          await ctx.sleep('nap', 1000);
          return ctx.agent('helper', {});
        }),
      ],
      model,
    );
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    for (let i = 0; i < 500; i += 1)
      await harness.intake.order({
        orderId: harness.newId(),
        runId: id,
        order: 'steer',
        text: `t${i}`,
        actor: 'o',
        at: harness.clock.now(),
      });
    await harness.finished(id);
    expect(model.requests[0]!.idempotencyKey.length).toBeLessThan(16_384);
  });
});
