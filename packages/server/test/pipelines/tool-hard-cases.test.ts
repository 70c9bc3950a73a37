import { definePipeline, defineTool, type DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Harness } from './harness.ts';
import { loaded, openWithAgents, PlayedModel, type Said } from './agent-harness.ts';
import { createShippedTools } from '../../src/tools/index.ts';

const pipeline = (run: (ctx: DurableContext) => Promise<unknown>, id = 'subject') =>
  definePipeline({ id, description: 'd', input: z.any(), output: z.any(), run });
const done: Said = { answer: { answer: 'done' } };
const asking = pipeline((ctx) => ctx.agent('helper', { question: 'why?' }));
const pay = (calls: unknown[], more: object = {}) =>
  defineTool({
    id: 'pay',
    description: 'd',
    input: z.object({ n: z.int() }),
    output: z.any(),
    effect: 'once',
    confirm: true,
    run: async (input) => {
      calls.push(input);
      return { success: true, data: 1 };
    },
    ...more,
  });

describe('tool calls, hard cases', () => {
  it('a fork from a confirmed call asks for an approval of its own', async () => {
    const calls: unknown[] = [];
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('pay', { n: 1 }, { key: 'call' }))]);
    harness.equip(pay(calls));
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.advance(10);
    await harness.answer(harness.wait(id).id, { verdict: 'approved' });
    await harness.finished(id);
    const copy = await harness.fork(id, 'call');
    const run = await harness.until(copy, 'waiting', 'completed', 'failed');
    expect([run.status, calls.length]).toEqual(['waiting', 1]);
  });

  it('an approval shows what is called: a default that changed meanwhile is another question', async () => {
    const calls: unknown[] = [];
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('pay', {}, { key: 'call' }))]);
    harness.equip(pay(calls, { input: z.object({ n: z.int().default(1) }) }));
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    harness.equip(pay(calls, { input: z.object({ n: z.int().default(1_000_000) }) }));
    await harness.answer(harness.wait(id).id, { verdict: 'approved' });
    await harness.settle();
    expect(calls).toEqual([]);
  });

  it('an approval shows the arguments as JSON, and is bound to what it shows', async () => {
    const calls: unknown[] = [];
    let to = new Set(['alice']);
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('pay', { to }, { key: 'call' }))]);
    harness.equip(pay(calls, { input: z.object({ to: z.set(z.string()) }) }));
    const id = await harness.start('subject');
    await harness.until(id, 'waiting', 'needs_attention', 'failed');
    to = new Set(['mallory']);
    await harness.answer(harness.wait(id).id, { verdict: 'approved' });
    await harness.settle();
    expect(calls).toEqual([]);
  });

  it('an outcome answer that JSON Schema takes and zod does not leaves a run that can go on', async () => {
    let hang = true;
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('probe', {}, { key: 'call' }))]);
    harness.equip(
      defineTool({
        id: 'probe',
        description: 'd',
        input: z.any(),
        output: z.object({ id: z.string().refine((s) => s.startsWith('inv-')) }),
        effect: 'once',
        run: async () => {
          if (hang) await new Promise(() => undefined);
          return { success: true as const, data: { id: 'inv-1' } };
        },
      }),
    );
    const id = await harness.start('subject');
    await harness.settle();
    hang = false;
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.until(id, 'needs_attention');
    await harness.answer(harness.wait(id).id, { decision: 'done', result: { id: '42' } });
    const statuses: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      const run = await harness.until(id, 'completed', 'failed', 'needs_attention');
      statuses.push(run.status);
      if (run.status === 'failed') await harness.retry(id);
      else break;
    }
    expect(statuses.at(-1)).not.toBe('failed');
  });

  it('a question of blanks is an answer to the model', async () => {
    const tools = createShippedTools({ enabled: new Set(), version: '0' });
    const model = new PlayedModel((_r, n) => (n === 0 ? { tools: [['ask-human', { question: '  ' }]] } : done));
    await using harness = await openWithAgents([asking], model, {
      tools: tools.filter((t) => t.tool.id === 'ask-human'),
    });
    const id = await harness.start('subject');
    const run = await harness.until(id, 'completed', 'needs_attention', 'waiting', 'failed');
    if (run.status === 'needs_attention') {
      await harness.order(id, 'resume');
      await harness.settle();
    }
    expect(run.status).toBe('completed');
  });

  it('data that is not JSON is a failure for the agent', async () => {
    const tool = loaded(
      defineTool({
        id: 'big',
        description: 'd',
        input: z.any(),
        output: z.any(),
        effect: 'once',
        run: async () => ({ success: true as const, data: { n: 1n } }),
      }),
    );
    const model = new PlayedModel((_r, n) => (n === 0 ? { tools: [['big', {}]] } : done));
    await using harness = await openWithAgents([asking], model, { tools: [tool] });
    const id = await harness.start('subject');
    const run = await harness.until(id, 'completed', 'needs_attention', 'failed');
    expect(run.status).toBe('completed');
  });

  it('an input schema that throws tells the model', async () => {
    const tool = loaded(
      defineTool({
        id: 'get',
        description: 'd',
        input: z.object({ url: z.string().refine((u) => new URL(u).protocol === 'https:') }),
        output: z.any(),
        effect: 'pure',
        run: async () => ({ success: true as const, data: 1 }),
      }),
    );
    const model = new PlayedModel((_r, n) => (n === 0 ? { tools: [['get', { url: 'nonsense' }]] } : done));
    await using harness = await openWithAgents([asking], model, { tools: [tool] });
    const id = await harness.start('subject');
    const run = await harness.until(id, 'completed', 'needs_attention', 'failed');
    expect(run.status).toBe('completed');
  });

  it('a tool that returns no promise has run and succeeded', async () => {
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('probe', {}, { key: 'call' }))]);
    harness.equip(
      defineTool({
        id: 'probe',
        description: 'd',
        input: z.any(),
        output: z.any(),
        effect: 'once',
        run: (() => ({ success: true, data: 1 })) as never,
      }),
    );
    const id = await harness.start('subject');
    const run = await harness.until(id, 'completed', 'needs_attention', 'failed');
    expect(run.status).toBe('completed');
  });

  it('a thousand calls in one turn do not all run at once', async () => {
    let now = 0;
    let peak = 0;
    const tool = loaded(
      defineTool({
        id: 'look',
        description: 'd',
        input: z.any(),
        output: z.any(),
        effect: 'pure',
        run: async () => {
          now += 1;
          peak = Math.max(peak, now);
          await new Promise((r) => setImmediate(r));
          now -= 1;
          return { success: true as const, data: 1 };
        },
      }),
    );
    const model = new PlayedModel((_r, n) =>
      n === 0 ? { tools: Array.from({ length: 1000 }, (_, i) => ['look', { i }] as const) } : done,
    );
    await using harness = await openWithAgents([asking], model, { tools: [tool] });
    const id = await harness.start('subject');
    for (let i = 0; i < 100 && harness.run(id).status !== 'completed'; i += 1) await harness.settle();
    expect(peak).toBeLessThan(100);
  });

  it('arguments nested deep are an answer to the model', async () => {
    for (const depth of [500, 1500, 3000, 6000]) {
      let deep: unknown = 1;
      for (let i = 0; i < depth; i += 1) deep = [deep];
      const tool = loaded(
        defineTool({
          id: 'look',
          description: 'd',
          input: z.object({ a: z.any() }),
          output: z.any(),
          effect: 'pure',
          run: async () => ({ success: true as const, data: 1 }),
        }),
      );
      const model = new PlayedModel((_r, i) => (i === 0 ? { tools: [['look', { a: deep as never }]] } : done));
      await using harness = await openWithAgents([asking], model, { tools: [tool] });
      const id = await harness.start('subject');
      await harness.until(id, 'completed', 'needs_attention', 'failed');
    }
  });
});
