import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Harness } from './harness.ts';
import { pipeline } from './support.ts';
import { calling, payTool, probe } from './tool-probe.ts';

describe('a tool call that a person has to approve', () => {
  it('T3: is not made when a pause came while a person was asked, until the run is resumed', async () => {
    const tool = probe('once', { confirm: true });
    await using harness = await Harness.open([
      pipeline(async (ctx) =>
        Promise.all([
          ctx.tool('probe', { n: 1 }, { key: 'call' }),
          ctx.step('long', () => new Promise((resolve) => harness.clock.after(60_000, () => resolve('done')))),
        ]),
      ),
    ]);
    harness.equip(tool.definition);
    const id = await harness.start('subject');
    await harness.settle();
    await harness.order(id, 'pause');
    await harness.answer(harness.wait(id).id, { verdict: 'approved' });
    await harness.until(id, 'paused');
    expect(tool.calls).toHaveLength(0);
    await harness.order(id, 'resume');
    await harness.finished(id);
    expect(tool.calls).toHaveLength(1);
  });

  it('T3: with confirm waits, parked, for an approval that shows the exact arguments', async () => {
    const tool = probe('once', { confirm: true });
    await using harness = await Harness.open([calling]);
    harness.equip(tool.definition);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    expect(tool.calls).toHaveLength(0);
    const wait = harness.wait(id);
    expect(wait.purpose).toBe('approval');
    expect(JSON.parse(wait.context ?? '')).toEqual({ tool: 'probe', effect: 'once', arguments: { n: 21 } });
    harness.replaceWorker();
    await harness.answer(wait.id, { verdict: 'approved' });
    expect((await harness.finished(id)).output).toBe('{"doubled":42}');
    expect(tool.calls).toHaveLength(1);
  });

  it('T3: is not made when a person refuses, and a pipeline hears why', async () => {
    const tool = probe('once', { confirm: true });
    await using harness = await Harness.open([calling]);
    harness.equip(tool.definition);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.answer(harness.wait(id).id, { verdict: 'changes_requested', feedback: 'Not on a Friday.' });
    expect(JSON.parse((await harness.finished(id)).error ?? '')).toMatchObject({
      code: 'tool_failed',
      message: expect.stringContaining('Not on a Friday.'),
    });
    expect(tool.calls).toHaveLength(0);
  });

  it('T3: with other arguments finds no approval, not even under the same key', async () => {
    const tool = probe('once', { confirm: true });
    const amount = { n: 1 };
    await using harness = await Harness.open([
      pipeline(async (ctx) => await ctx.tool('probe', amount, { key: 'call' })),
    ]);
    harness.equip(tool.definition);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    const first = harness.wait(id).id;
    // The code changes between approval and call: what was approved is not what would run.
    amount.n = 1_000_000;
    await harness.answer(first, { verdict: 'approved' });
    await harness.until(id, 'waiting');
    expect(harness.wait(id).id).not.toBe(first);
    expect(JSON.parse(harness.wait(id).context ?? '')).toMatchObject({ arguments: { n: 1_000_000 } });
    expect(tool.calls).toHaveLength(0);
  });
});

describe('an approval, hard cases', () => {
  it('an approval shows what is called: a default that changed meanwhile is another question', async () => {
    const calls: unknown[] = [];
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('pay', {}, { key: 'call' }))]);
    harness.equip(payTool(calls, { input: z.object({ n: z.int().default(1) }) }));
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    harness.equip(payTool(calls, { input: z.object({ n: z.int().default(1_000_000) }) }));
    await harness.answer(harness.wait(id).id, { verdict: 'approved' });
    await harness.settle();
    expect(calls).toEqual([]);
  });

  it('an approval shows the arguments as JSON, and is bound to what it shows', async () => {
    const calls: unknown[] = [];
    let to = new Set(['alice']);
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('pay', { to }, { key: 'call' }))]);
    harness.equip(payTool(calls, { input: z.object({ to: z.set(z.string()) }) }));
    const id = await harness.start('subject');
    await harness.until(id, 'waiting', 'needs_attention', 'failed');
    to = new Set(['mallory']);
    await harness.answer(harness.wait(id).id, { verdict: 'approved' });
    await harness.settle();
    expect(calls).toEqual([]);
  });

  it('an approval is bound to the arguments, not to the order of their keys', async () => {
    const calls: unknown[] = [];
    let input: unknown = JSON.parse('{"a":"\u00e9","b":1}');
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('pay', input, { key: 'call' }))]);
    harness.equip(payTool(calls, { input: z.any() }));
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

  it('a call that is approved and cancelled at once is not made; of two answers one wins', async () => {
    const calls: unknown[] = [];
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('pay', { n: 1 }, { key: 'call' }))]);
    harness.equip(payTool(calls, { input: z.any() }));
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
});
