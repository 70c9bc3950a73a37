import { definePipeline, defineTool, type DurableContext } from '@perdure/contract';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { openWithAgents, PlayedModel, type Said } from './agent-harness.ts';
import { Harness } from './harness.ts';

const pipeline = (run: (ctx: DurableContext) => Promise<unknown>, id = 'subject') =>
  definePipeline({ id, description: 'd', input: z.any(), output: z.any(), run });
const done: Said = { answer: { answer: 'done' } };

const probeTool = (log: string[], more: object = {}) =>
  defineTool({
    id: 'probe',
    description: 'd',
    input: z.any(),
    output: z.any(),
    effect: 'once' as const,
    run: async (_i, call) => {
      log.push(call.idempotencyKey);
      return { success: true as const, data: 1 };
    },
    ...more,
  });

it('a fork from an approved call asks for a new approval', async () => {
  const log: string[] = [];
  await using harness = await Harness.open([pipeline((ctx) => ctx.tool('probe', { n: 1 }, { key: 'call' }))]);
  harness.equip(probeTool(log, { confirm: true }));
  const id = await harness.start('subject');
  await harness.until(id, 'waiting');
  await harness.answer(harness.wait(id).id, { verdict: 'approved' });
  await harness.finished(id);
  const copy = harness.newId();
  await harness.intake.fork({ id: copy, runId: id, stepKey: 'call', actor: 'owner', at: harness.clock.now() });
  await harness.engine.wake(copy);
  await harness.settle();
  expect(harness.run(copy).status).toBe('waiting');
  expect(log).toHaveLength(1);
});

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

it('an outcome answered run_again in one run is no order for its fork', async () => {
  const log: string[] = [];
  let hang = true;
  const p = pipeline((ctx) =>
    Promise.all([
      ctx.tool('probe', {}, { key: 'call' }),
      (async () => {
        await ctx.human('x?', { key: 'q' });
        await ctx.step('later', () => 1);
      })(),
    ]),
  );
  await using harness = await Harness.open([p]);
  harness.equip(
    probeTool(log, {
      run: async (_i: unknown, call: { idempotencyKey: string }) => {
        log.push(call.idempotencyKey);
        if (hang) await new Promise(() => undefined);
        return { success: true, data: 1 };
      },
    }),
  );
  const id = await harness.start('subject');
  await harness.settle();
  const q = harness.wait(id).id;
  harness.replaceWorker();
  await harness.engine.wake(id);
  await harness.until(id, 'needs_attention');
  const outcome = harness.wait(id).id;
  expect(outcome).not.toBe(q);
  await harness.answer(outcome, { decision: 'run_again' });
  await harness.advance(1000);
  await harness.answer(q, 1);
  await harness.advance(1000);
  expect(log).toHaveLength(2);
  const copy = harness.newId();
  await harness.intake.fork({ id: copy, runId: id, stepKey: 'later', actor: 'owner', at: harness.clock.now() });
  await harness.engine.wake(copy);
  await harness.settle();
  expect(log.filter((k) => k.startsWith(copy))).toHaveLength(1);
  harness.replaceWorker();
  await harness.engine.wake(copy);
  await harness.advance(1000);
  expect([harness.run(copy).status, log.filter((k) => k.startsWith(copy)).length]).toEqual(['needs_attention', 1]);
});

it('a pause that is accepted after an outcome was answered is not dropped by the resume of that answer', async () => {
  const log: string[] = [];
  const gates: (() => void)[] = [];
  await using harness = await Harness.open([
    pipeline(async (ctx) => {
      await Promise.all([
        ctx.tool('probe', {}, { key: 'call' }),
        ctx.step('slow', () => new Promise<void>((resolve) => gates.push(resolve))),
      ]);
      await ctx.step('after', () => log.push('after'));
    }),
  ]);
  harness.equip(probeTool(log, { run: () => new Promise(() => undefined) }));
  const id = await harness.start('subject');
  await harness.settle();
  harness.replaceWorker();
  await harness.engine.wake(id);
  await harness.settle();
  await harness.answer(harness.wait(id).id, { decision: 'done', result: 1 });
  await harness.advance(10);
  expect([harness.run(id).status, await harness.order(id, 'pause')]).toEqual(['running', 'accepted']);
  await harness.advance(2_000);
  gates.at(-1)?.();
  await harness.advance(2_000);
  expect([harness.run(id).status, log]).toEqual(['paused', []]);
});
