import { definePipeline, defineTool, type DurableContext, type ToolCall, type ToolEffect } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createWaitReader } from '../../src/storage/wait-reader.ts';
import { Harness } from './harness.ts';

const pipeline = (run: (ctx: DurableContext) => Promise<unknown>, id = 'subject') =>
  definePipeline({ id, description: 'd', input: z.any(), output: z.any(), run });

/** A tool that notes each call and hangs in those that it is told to. */
function probe(effect: ToolEffect, more: { readonly confirm?: boolean; readonly verify?: 'done' | 'not_done' } = {}) {
  const calls: ToolCall[] = [];
  const hanging = { isOn: false };
  const definition = defineTool({
    id: 'probe',
    description: 'd',
    input: z.object({ n: z.int() }),
    output: z.object({ doubled: z.int() }),
    effect,
    confirm: more.confirm === true,
    run: async ({ n }, call) => {
      calls.push(call);
      if (hanging.isOn) await new Promise(() => undefined);
      return { success: true, data: { doubled: 2 * n } };
    },
    ...(more.verify !== undefined && {
      verify: async ({ n }) =>
        more.verify === 'done'
          ? { outcome: 'done' as const, data: { doubled: 2 * n } }
          : { outcome: 'not_done' as const },
    }),
  });
  return { definition, calls, hanging };
}

/** A tool whose connection breaks. */
const throwing = (effect: ToolEffect) =>
  defineTool({
    id: 'probe',
    description: 'd',
    input: z.any(),
    output: z.any(),
    effect,
    run: () => Promise.reject(new Error('connection reset')),
  });

const calling = pipeline(async (ctx) => await ctx.tool('probe', { n: 21 }, { key: 'call' }));

/** The worker dies while the tool runs; another one takes the run over. */
async function interrupted(harness: Harness, hanging: { isOn: boolean }): Promise<string> {
  hanging.isOn = true;
  const id = await harness.start('subject');
  await harness.settle();
  hanging.isOn = false;
  harness.replaceWorker();
  await harness.engine.wake(id);
  await harness.settle();
  return id;
}

describe('a tool call', () => {
  it('gives a pipeline the data, and is not made again when its record is passed over', async () => {
    const tool = probe('idempotent');
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        const data = await ctx.tool('probe', { n: 4 }, { key: 'call' });
        await ctx.sleep('nap', 1_000);
        return data;
      }),
    ]);
    harness.equip(tool.definition);
    const id = await harness.start('subject');
    expect((await harness.finished(id)).output).toBe('{"doubled":8}');
    expect(tool.calls.map((call) => call.idempotencyKey)).toEqual([`${id}/call`]);
    expect(harness.steps(id)[0]).toMatchObject({ key: 'call', kind: 'tool', status: 'done' });
  });

  it.each(['pure', 'idempotent'] as const)(
    'T1: that is %s is run again after a crash, with the same key',
    async (effect) => {
      const tool = probe(effect);
      await using harness = await Harness.open([calling]);
      harness.equip(tool.definition);
      const id = await interrupted(harness, tool.hanging);
      expect((await harness.finished(id)).output).toBe('{"doubled":42}');
      expect(tool.calls.map((call) => call.idempotencyKey)).toEqual([`${id}/call`, `${id}/call`]);
    },
  );

  it('T2: that is once stops the run after a crash, and nothing but an answer lets it go on', async () => {
    const tool = probe('once');
    await using harness = await Harness.open([calling]);
    harness.equip(tool.definition);
    const id = await interrupted(harness, tool.hanging);
    const run = await harness.until(id, 'needs_attention');
    const wait = harness.wait(id);
    expect(JSON.parse(run.error ?? '')).toMatchObject({
      code: 'outcome_unknown',
      details: { stepKey: 'call', wait: wait.id },
    });
    expect(wait).toMatchObject({ purpose: 'outcome', step_key: 'call/outcome-1' });
    for (let times = 0; times < 3; times += 1) {
      await harness.order(id, 'resume');
      await harness.until(id, 'needs_attention');
    }
    expect(tool.calls).toHaveLength(1);
    expect(harness.database.sqlite.prepare('SELECT id FROM waits').all()).toHaveLength(1);
    await harness.answer(wait.id, { decision: 'done', result: { doubled: 1 } });
    expect((await harness.finished(id)).output).toBe('{"doubled":1}');
    expect(tool.calls).toHaveLength(1);
  });

  it('T2: that is once is run again when a person says so, and asks anew when that is interrupted too', async () => {
    const tool = probe('once');
    await using harness = await Harness.open([calling]);
    harness.equip(tool.definition);
    const id = await interrupted(harness, tool.hanging);
    tool.hanging.isOn = true;
    await harness.answer(harness.wait(id).id, { decision: 'run_again' });
    await harness.settle();
    tool.hanging.isOn = false;
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.until(id, 'needs_attention');
    expect(harness.wait(id).step_key).toBe('call/outcome-2');
    await harness.answer(harness.wait(id).id, { decision: 'run_again' });
    expect((await harness.finished(id)).output).toBe('{"doubled":42}');
    expect(tool.calls).toHaveLength(3);
  });

  it('T2: that is once fails when a person says so, and can then be retried', async () => {
    const tool = probe('once');
    await using harness = await Harness.open([calling]);
    harness.equip(tool.definition);
    const id = await interrupted(harness, tool.hanging);
    await harness.answer(harness.wait(id).id, { decision: 'fail', reason: 'The invoice was never sent.' });
    const run = await harness.finished(id);
    expect(JSON.parse(run.error ?? '')).toMatchObject({
      code: 'tool_failed',
      message: expect.stringContaining('never sent'),
    });
    await harness.intake.retry({ runId: id, actor: 'owner', at: harness.clock.now() });
    await harness.engine.wake(id);
    expect((await harness.finished(id)).status).toBe('completed');
    expect(tool.calls).toHaveLength(2);
  });

  it.each([
    ['done', 1],
    ['not_done', 2],
  ] as const)('T2: whose verify finds it %s goes on by itself', async (verify, calls) => {
    const tool = probe('once', { verify });
    await using harness = await Harness.open([calling]);
    harness.equip(tool.definition);
    const id = await interrupted(harness, tool.hanging);
    expect((await harness.finished(id)).output).toBe('{"doubled":42}');
    expect(tool.calls).toHaveLength(calls);
  });

  it('that throws fails with its place in the code of the tool', async () => {
    await using harness = await Harness.open([calling]);
    harness.equip(throwing('idempotent'));
    const run = await harness.finished(await harness.start('subject'));
    expect(JSON.parse(run.error ?? '')).toMatchObject({
      code: 'tool_failed',
      details: { at: expect.stringMatching(/\/tools\.test\.ts:\d+$/) },
    });
  });

  it.each([
    ['once', true],
    ['idempotent', false],
  ] as const)('that is %s and under way keeps its worker from being cut off: %s', async (effect, isDelicate) => {
    const tool = probe(effect);
    await using harness = await Harness.open([calling]);
    harness.equip(tool.definition);
    tool.hanging.isOn = true;
    await harness.start('subject');
    await harness.settle();
    expect(tool.calls).toHaveLength(1);
    expect(harness.driver.isDelicate).toBe(isDelicate);
  });

  it('that is once and over keeps it no longer', async () => {
    const tool = probe('once');
    await using harness = await Harness.open([calling]);
    harness.equip(tool.definition);
    await harness.finished(await harness.start('subject'));
    expect(harness.driver.isDelicate).toBe(false);
  });

  it('T2: whose verify finds out later withdraws the question, and an answer to it comes too late', async () => {
    const tool = probe('once');
    const found = { outcome: 'unknown' } as { outcome: 'unknown' } | { outcome: 'done'; data: { doubled: number } };
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.tool('probe', { n: 21 }, { key: 'call' });
        await ctx.human('Go on?', { key: 'q' });
      }),
    ]);
    harness.equip({ ...tool.definition, verify: async () => ({ ...found }) });
    const id = await interrupted(harness, tool.hanging);
    const open = async () =>
      (await createWaitReader(harness.database, () => harness.clock.now()).listWaits({}, { limit: 9 })).data;
    const [asked] = await open();
    expect(asked).toMatchObject({ purpose: 'outcome' });
    Object.assign(found, { outcome: 'done', data: { doubled: 42 } });
    await harness.order(id, 'resume');
    await harness.until(id, 'waiting');
    expect(await open()).toMatchObject([{ purpose: 'question' }]);
    const late = {
      waitId: asked?.id ?? '',
      answer: '{"decision":"run_again"}',
      actor: 'owner',
      at: harness.clock.now(),
    };
    expect(await harness.intake.answer(late)).toEqual({ kind: 'closed' });
    expect(harness.steps(id).find(({ key }) => key === 'call/outcome-1')).toMatchObject({ status: 'done' });
    expect(tool.calls).toHaveLength(1);
  });

  it('T2: whose tool is gone or takes other arguments now stops the run until the tool is back', async () => {
    const tool = probe('once');
    await using harness = await Harness.open([calling]);
    harness.equip(tool.definition);
    tool.hanging.isOn = true;
    const id = await harness.start('subject');
    await harness.settle();
    tool.hanging.isOn = false;
    harness.equip({ ...tool.definition, input: z.object({ other: z.string() }) });
    harness.replaceWorker();
    await harness.engine.wake(id);
    expect(JSON.parse((await harness.until(id, 'needs_attention')).error ?? '').code).toBe('definition_invalid');
    harness.equip(tool.definition);
    await harness.order(id, 'resume');
    await harness.until(id, 'needs_attention');
    await harness.answer(harness.wait(id).id, { decision: 'run_again' });
    expect((await harness.finished(id)).status).toBe('completed');
    expect(tool.calls).toHaveLength(2);
  });

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

  it('T2: asks about every interrupted call at once, and goes on when all are answered', async () => {
    const tool = probe('once');
    await using harness = await Harness.open([
      pipeline(async (ctx) =>
        ctx.map([1, 2, 3], (n, inner) => inner.tool('probe', { n }, { key: 'call' }), { key: 'all' }),
      ),
    ]);
    harness.equip(tool.definition);
    const id = await interrupted(harness, tool.hanging);
    await harness.until(id, 'needs_attention');
    const waits = harness.database.sqlite.prepare('SELECT id FROM waits ORDER BY id').all();
    expect(waits).toHaveLength(3);
    for (const { id: waitId } of waits) {
      await harness.answer(String(waitId), { decision: 'run_again' });
      await harness.settle();
    }
    expect((await harness.finished(id)).output).toBe('[{"doubled":2},{"doubled":4},{"doubled":6}]');
    expect(tool.calls).toHaveLength(6);
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

  it('T4: that throws is a defect in the log and a failure, but of once an unknown outcome', async () => {
    for (const [effect, status] of [
      ['pure', 'failed'],
      ['idempotent', 'failed'],
      ['once', 'needs_attention'],
    ] as const) {
      await using harness = await Harness.open([calling]);
      harness.equip(throwing(effect));
      const id = await harness.start('subject');
      const run = await harness.until(id, 'failed', 'needs_attention');
      expect([effect, run.status]).toEqual([effect, status]);
      expect(harness.eventTypes(id)).toContain('tool.defect');
      expect(run.error).toContain('connection reset');
    }
  });

  it('T2: that is once and throws without effect has failed, as its verify says, and is not tried for ever', async () => {
    let calls = 0;
    await using harness = await Harness.open([calling]);
    harness.equip({
      ...throwing('once'),
      run: () => Promise.reject(new Error(`refused ${(calls += 1)}`)),
      verify: async () => ({ outcome: 'not_done' as const }),
    });
    const id = await harness.start('subject');
    expect(JSON.parse((await harness.finished(id)).error ?? '')).toMatchObject({
      code: 'tool_failed',
      message: expect.stringContaining('refused 1'),
    });
    expect(calls).toBe(1);
  });

  it('T4: whose data does not match its output schema fails with a sentence, and is a defect', async () => {
    await using harness = await Harness.open([calling]);
    harness.equip(
      defineTool({
        id: 'probe',
        description: 'd',
        input: z.any(),
        output: z.object({ doubled: z.int() }),
        effect: 'once',
        run: async () => ({ success: true, data: { doubled: 'forty-two' as unknown as number } }),
      }),
    );
    const id = await harness.start('subject');
    expect(JSON.parse((await harness.finished(id)).error ?? '').code).toBe('tool_failed');
    expect(harness.eventTypes(id)).toContain('tool.defect');
  });

  it('refuses unknown tools and invalid arguments without running anything', async () => {
    const tool = probe('pure');
    await using harness = await Harness.open([
      pipeline(async (ctx) => await ctx.tool('nothing', {}, { key: 'call' }), 'unknown'),
      pipeline(async (ctx) => await ctx.tool('probe', { n: 'many' }, { key: 'call' }), 'invalid'),
    ]);
    harness.equip(tool.definition);
    const [unknown, invalid] = [await harness.start('unknown'), await harness.start('invalid')];
    expect((await harness.finished(unknown)).error).toContain('no tool');
    expect((await harness.finished(invalid)).error).toContain('n');
    expect(tool.calls).toHaveLength(0);
  });

  it('is undone with its data when the run fails later, and without when its outcome is unknown', async () => {
    const tool = probe('once');
    const undone: unknown[] = [];
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.tool<unknown>('probe', { n: 2 }, { key: 'call', undo: (data) => void undone.push(data) });
        throw new Error('later');
      }),
    ]);
    harness.equip(tool.definition);
    await harness.finished(await harness.start('subject'));
    expect(undone).toEqual([{ doubled: 4 }]);
    const id = await interrupted(harness, tool.hanging);
    await harness.until(id, 'needs_attention');
    await harness.order(id, 'cancel');
    expect((await harness.finished(id)).status).toBe('cancelled');
    expect(undone).toEqual([{ doubled: 4 }, undefined]);
  });

  it('P5: stops the run when a recorded call has other arguments now', async () => {
    const tool = probe('pure');
    const amount = { n: 1 };
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.tool('probe', amount, { key: 'call' });
        await ctx.sleep('nap', 1_000);
      }),
    ]);
    harness.equip(tool.definition);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    amount.n = 2;
    const run = await harness.until(id, 'needs_attention');
    expect(JSON.parse(run.error ?? '').code).toBe('record_differs');
  });

  it('that ignores its signal holds a cancelled run for a while, not for ever', async () => {
    const tool = probe('idempotent');
    await using harness = await Harness.open([calling]);
    harness.equip(tool.definition);
    tool.hanging.isOn = true;
    const id = await harness.start('subject');
    await harness.settle();
    await harness.order(id, 'cancel');
    await harness.advance(5_000);
    expect(harness.run(id).status).toBe('running');
    await harness.advance(30_000);
    expect(harness.run(id).status).toBe('cancelled');
  });
});
