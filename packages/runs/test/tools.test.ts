import { defineTool, type ToolEffect } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Harness } from './harness.ts';
import { pipeline } from './support.ts';
import { calling, interrupted, probe } from './tool-probe.ts';

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

  it('T4: whose data does not match its output schema is a defect, and fails with a sentence where it may be called again', async () => {
    for (const effect of ['pure', 'idempotent'] as const) {
      await using harness = await Harness.open([calling]);
      harness.equip(unusable({ effect, data: { doubled: 'forty-two' } }));
      const id = await harness.start('subject');
      expect(JSON.parse((await harness.finished(id)).error ?? '').code).toBe('tool_failed');
      expect(harness.eventTypes(id)).toContain('tool.defect');
    }
  });

  it('T2: that is once and gives nothing of use may have had its effect, so verify or a person says', async () => {
    for (const data of [{ doubled: 'forty-two' }, undefined]) {
      await using asked = await Harness.open([calling]);
      asked.equip(unusable({ effect: 'once', data }));
      const id = await asked.start('subject');
      const run = await asked.until(id, 'failed', 'needs_attention');
      expect([run.status, run.error]).toEqual(['needs_attention', expect.stringContaining('Nobody knows whether')]);
      expect(asked.eventTypes(id)).toContain('tool.defect');

      await using verified = await Harness.open([calling]);
      verified.equip({ ...unusable({ effect: 'once', data }), verify: foundDone });
      const known = await verified.finished(await verified.start('subject'));
      expect(known.status).toBe('completed');
    }
  });

  it('stops at an unknown tool, and refuses invalid arguments without running anything', async () => {
    const tool = probe('pure');
    await using harness = await Harness.open([
      pipeline(async (ctx) => await ctx.tool('nothing', {}, { key: 'call' }), 'unknown'),
      pipeline(async (ctx) => await ctx.tool('probe', { n: 'many' }, { key: 'call' }), 'invalid'),
    ]);
    harness.equip(tool.definition);
    const [unknown, invalid] = [await harness.start('unknown'), await harness.start('invalid')];
    expect((await harness.until(unknown, 'needs_attention', 'failed')).status).toBe('needs_attention');
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

describe('a tool call, hard cases', () => {
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

  it('a worker is not to be cut off until the result of a once call is recorded', async () => {
    const seen: boolean[] = [];
    await using harness = await Harness.open([calling], {
      journal: (journal) => ({
        ...journal,
        commit: async (batch) => {
          if (batch.step?.key === 'call' && batch.step.status === 'done') seen.push(harness.driver.isDelicate);
          return await journal.commit(batch);
        },
      }),
    });
    harness.equip(probe('once').definition);
    await harness.finished(await harness.start('subject'));
    expect(seen).toEqual([true]);
  });
});

describe('a schema of an author that would not come to an end', () => {
  const endless = 'the check of `n` did not end within 2 s';
  const refuse = (what: z.ZodType) => async (schema: z.ZodType) => (schema === what ? endless : undefined);

  it('on the arguments of a call fails it, and the tool is not called', async () => {
    const tool = probe('idempotent');
    await using harness = await Harness.open([calling]);
    harness.equip(tool.definition);
    harness.replaceWorker({ trial: refuse(tool.definition.input) });
    const run = await harness.finished(await harness.start('subject'));
    expect(JSON.parse(run.error ?? '')).toMatchObject({
      code: 'tool_failed',
      message: expect.stringContaining(endless),
    });
    expect(tool.calls).toEqual([]);
  });

  it('on what a tool gave fails the call, which is a defect in the log', async () => {
    const tool = probe('idempotent');
    await using harness = await Harness.open([calling]);
    harness.equip(tool.definition);
    harness.replaceWorker({ trial: refuse(tool.definition.output) });
    const id = await harness.start('subject');
    expect((await harness.finished(id)).error).toContain(endless);
    expect(harness.eventTypes(id)).toContain('tool.defect');
    expect(tool.calls).toHaveLength(1);
  });

  it('on the input of a pipeline fails the run, and on its output stops it', async () => {
    for (const [side, code] of [
      ['input', 'invalid_input'],
      ['output', 'run_failed'],
    ] as const) {
      const subject = pipeline(async () => 1);
      const mine = { ...subject, input: z.object({}), output: z.number() };
      await using harness = await Harness.open([mine]);
      harness.replaceWorker({ trial: refuse(mine[side]) });
      const run = await harness.until(await harness.start('subject'), side === 'input' ? 'failed' : 'needs_attention');
      expect(JSON.parse(run.error ?? '')).toMatchObject({ code, message: expect.stringContaining(endless) });
    }
  });
});

const foundDone = async () => ({ outcome: 'done' as const, data: { doubled: 42 } });

/** A tool that says that it is done, with data that it does not promise, or with none of a result. */
function unusable({ effect, data }: { readonly effect: 'pure' | 'idempotent' | 'once'; readonly data: unknown }) {
  return defineTool({
    id: 'probe',
    description: 'd',
    input: z.any(),
    output: z.object({ doubled: z.int() }),
    effect,
    run: async () => (data === undefined ? (undefined as never) : { success: true, data: data as { doubled: number } }),
  });
}
