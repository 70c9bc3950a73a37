import { definePipeline, defineTool, type DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Harness } from './harness.ts';
import { openWithAgents, PlayedModel } from './agent-harness.ts';
import { createShippedTools } from '../../src/tools/index.ts';
import { compileSchema } from '../../src/desk/schema-check.ts';

const pipeline = (run: (ctx: DurableContext) => Promise<unknown>, id = 'subject') =>
  definePipeline({ id, description: 'd', input: z.any(), output: z.any(), run });
const asking = pipeline((ctx) => ctx.agent('helper', { question: 'why?' }));
describe('odd input', () => {
  it('an answer that only zod refuses never makes a run that fails for ever', async () => {
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.human('Which day?', { key: 'q', schema: z.string().refine((s) => s !== 'friday', 'not on a friday') }),
      ),
    ]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    const schema = JSON.parse(harness.wait(id).answer_schema!);
    expect(compileSchema(schema)('friday')).toBe(true);
    await harness.answer(harness.wait(id).id, 'friday');
    await harness.finished(id);
    await harness.retry(id);
    const run = await harness.until(id, 'failed', 'waiting', 'needs_attention', 'completed');
    expect(run.status).toBe('waiting');
  });
  it('a question whose pattern is fine in JavaScript can be answered', () => {
    const schema = z.toJSONSchema(z.string().regex(new RegExp(String.raw`^\w+\@\w+$`)), { io: 'input' });
    expect(() => compileSchema(schema as never)).not.toThrow();
  });
  it('so can one whose pattern is no Unicode pattern', () => {
    const schema = z.toJSONSchema(z.string().regex(/^[\w-.]+$/), { io: 'input' });
    expect(() => compileSchema(schema as never)).not.toThrow();
  });
  it('a tool that throws something odd has failed', async () => {
    for (const thrown of [Object.create(null), Object.assign(new Error('x'), { message: 5 })]) {
      await using harness = await Harness.open([pipeline((ctx) => ctx.tool('probe', {}, { key: 'call' }))]);
      harness.equip(
        defineTool({
          id: 'probe',
          description: 'd',
          input: z.any(),
          output: z.any(),
          effect: 'pure',
          run: async () => {
            throw thrown;
          },
        }),
      );
      const id = await harness.start('subject');
      const run = await harness.finished(id);
      expect.soft(JSON.parse(run.error ?? '').code).toBe('tool_failed');
    }
  });
  it('a giant name does not go into error and events', async () => {
    const model = new PlayedModel(() => ({ tools: [['x'.repeat(1_000_000), {}]] }));
    await using harness = await openWithAgents([asking], model, {});
    const id = await harness.start('subject');
    const run = await harness.until(id, 'needs_attention', 'completed', 'failed');
    const sizes = {
      error: run.error?.length,
      events: harness.events(id).reduce((n, e) => n + e.data.length, 0),
      details: harness.steps(id).map((s) => s.detail?.length ?? 0),
    };
    expect(sizes.error).toBeLessThan(10_000);
  });
  it('a giant error message does not go into error and events', async () => {
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('probe', {}, { key: 'call' }))]);
    harness.equip(
      defineTool({
        id: 'probe',
        description: 'd',
        input: z.any(),
        output: z.any(),
        effect: 'once',
        run: async () => {
          throw new Error('y'.repeat(1_000_000));
        },
      }),
    );
    const id = await harness.start('subject');
    const run = await harness.until(id, 'needs_attention');
    expect(run.error!.length).toBeLessThan(10_000);
  });
  it('a call that is approved and cancelled at once is not made; of two answers one wins', async () => {
    const calls: unknown[] = [];
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('pay', { n: 1 }, { key: 'call' }))]);
    harness.equip(
      defineTool({
        id: 'pay',
        description: 'd',
        input: z.any(),
        output: z.any(),
        effect: 'once',
        confirm: true,
        run: async (i) => {
          calls.push(i);
          return { success: true as const, data: 1 };
        },
      }),
    );
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    const w = harness.wait(id).id;
    const at = harness.clock.now();
    await Promise.all([
      harness.intake.answer({ waitId: w, answer: '{"verdict":"approved"}', actor: 'a', at }),
      harness.intake.answer({ waitId: w, answer: '{"verdict":"changes_requested"}', actor: 'b', at }),
      harness.intake.order({ orderId: harness.newId(), runId: id, order: 'cancel', actor: 'a', at }),
    ]);
    await harness.engine.wake(id);
    expect(calls).toHaveLength(0);
  });
  it('an approval is bound to the arguments, not to the order of their keys', async () => {
    const calls: unknown[] = [];
    let input: unknown = JSON.parse('{"a":"\u00e9","b":1}');
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('pay', input, { key: 'call' }))]);
    harness.equip(
      defineTool({
        id: 'pay',
        description: 'd',
        input: z.any(),
        output: z.any(),
        effect: 'once',
        confirm: true,
        run: async (i) => {
          calls.push(i);
          return { success: true as const, data: 1 };
        },
      }),
    );
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    for (const next of [
      '{"a":"e\u0301","b":1}',
      '{"a":"\u00e9 ","b":1}',
      '{"a":"\u00e9","b":1,"__proto__":{"c":1}}',
      '{"a":"\u00e9","b":"1"}',
    ]) {
      const w = harness.wait(id).id;
      input = JSON.parse(next);
      await harness.answer(w, { verdict: 'approved' });
      await harness.until(id, 'waiting');
      expect(harness.wait(id).id).not.toBe(w);
    }
    expect(calls).toHaveLength(0);
  });
  it('a fork at a question asks anew', async () => {
    const tools = createShippedTools({ enabled: new Set(), version: '0' });
    await using harness = await Harness.open([
      pipeline((ctx) => ctx.tool('ask-human', { question: 'Which?' }, { key: 'ask' })),
    ]);
    for (const { tool } of tools) harness.equip(tool);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.advance(10);
    await harness.answer(harness.wait(id).id, 'left');
    await harness.finished(id);
    const copy = await harness.fork(id, 'ask');
    expect((await harness.until(copy, 'waiting', 'completed')).status).toBe('waiting');
  });

  it('a child that was recorded with what JSON made of a Set goes on when its parent gives the Set again', async () => {
    const parent = (tags: unknown) =>
      pipeline(async (ctx) => {
        await ctx.run('child', { tags }, { key: 'child' });
        await ctx.human('ok?', { key: 'q' });
      });
    await using harness = await Harness.open([parent({}), pipeline(async () => 1, 'child')]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    harness.define(parent(new Set(['a'])));
    await harness.answer(harness.wait(id).id, 'x');
    expect((await harness.finished(id)).status).toBe('completed');
  });
});
