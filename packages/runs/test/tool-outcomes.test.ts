import { defineTool } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createWaitReader } from '../src/store/wait-reader.ts';
import { Harness } from './harness.ts';
import { pipeline } from './support.ts';
import { calling, interrupted, probe, probeTool } from './tool-probe.ts';

describe('a tool call that was interrupted', () => {
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
});

describe('a tool call that was interrupted, hard cases', () => {
  it.each([
    ['pause', 'paused'],
    ['cancel', 'cancelled'],
  ] as const)('a %s that comes while verify runs is obeyed before the call is made again', async (order, obeyed) => {
    const log: string[] = [];
    const gate = Promise.withResolvers<void>();
    let hang = true;
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('probe', {}, { key: 'call' }))]);
    harness.equip(
      probeTool(log, {
        run: async (_i: unknown, call: { idempotencyKey: string }) => {
          log.push(call.idempotencyKey);
          if (hang) await new Promise(() => undefined);
          return { success: true, data: 1 };
        },
        verify: async () => {
          await gate.promise;
          return { outcome: 'not_done' };
        },
      }),
    );
    const id = await harness.start('subject');
    await harness.settle();
    hang = false;
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.settle();
    await harness.order(id, order);
    await harness.advance(1000);
    gate.resolve();
    await harness.advance(1000);
    expect([harness.run(id).status, log.length]).toEqual([obeyed, 1]);
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
});
