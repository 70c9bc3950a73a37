/** Cases that a close reader found to break an earlier version. Each must stay what it is now. */

import { definePipeline, PerdureError, type DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AgentCaller } from '../../src/pipelines/ports.ts';
import { sweepOnce } from '../../src/pipelines/sweep.ts';
import { createSweepStore } from '../../src/storage/sweep-store.ts';
import { Harness } from './harness.ts';

const pipeline = (run: (ctx: DurableContext) => Promise<unknown>, id = 'subject') =>
  definePipeline({ id, description: 'd', input: z.any(), output: z.any(), run });
const retry = async (harness: Harness, runId: string): Promise<void> => {
  await harness.intake.retry({ runId, actor: 'owner', at: harness.clock.now() });
  await harness.engine.wake(runId);
};
const openOrders = (harness: Harness) =>
  harness.database.sqlite.prepare('SELECT id FROM orders WHERE consumed_at IS NULL').all().length;

describe('values that are not JSON', () => {
  it.each([
    ['a log line with a BigInt', (ctx: DurableContext) => ctx.log('size', { bytes: 10n })],
    [
      'a log line that holds itself',
      (ctx: DurableContext) => {
        const loop: Record<string, unknown> = {};
        loop['self'] = loop;
        ctx.log('loop', loop);
      },
    ],
  ])('%s repeats no effect', async (_name, log) => {
    let effects = 0;
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        log(ctx);
        await ctx.step('pay', () => void (effects += 1));
      }),
    ]);
    expect((await harness.finished(await harness.start('subject'))).status).toBe('completed');
    expect(effects).toBe(1);
  });

  it.each([
    ['a Map', new Map([['a', 1]]), 'it is a Map, which JSON empties'],
    ['a Set inside', { found: { ids: new Set([1]) } }, 'found.ids is a Set, which JSON empties'],
    ['a generator', [[].values()], '0 is a Array Iterator, which JSON empties'],
    ['a BigInt', { n: 1n }, 'BigInt'],
  ])('%s as the result of a step fails it and says where it is', async (_name, result, why) => {
    await using harness = await Harness.open([pipeline((ctx) => ctx.step('collect', () => result as never))]);
    const run = await harness.finished(await harness.start('subject'));
    expect(run.status).toBe('failed');
    expect(run.error).toContain('The result of step \\"collect\\" is not JSON (');
    expect(run.error).toContain(why);
  });

  it.each([
    ['arguments of a tool', (ctx: DurableContext, value: never) => ctx.tool('t', value, { key: 'k' })],
    ['the input of a child', (ctx: DurableContext, value: never) => ctx.run('child', value, { key: 'k' })],
    ['what a person is shown', (ctx: DurableContext, value: never) => ctx.human('q', { key: 'k', context: value })],
  ])('a Set in %s stops the run and says where it is', async (_name, call) => {
    const main = pipeline((ctx) => call(ctx, { ids: new Set([1]) } as never));
    await using harness = await Harness.open([main]);
    const id = await harness.start('subject');
    const run = await harness.until(id, 'needs_attention', 'failed', 'completed');
    expect(run.status).toBe('needs_attention');
    expect(run.error).toContain('ids is a Set, which JSON empties');
  });

  it.each([
    ['an object without a prototype', () => Object.create(null) as unknown],
    ['nothing', () => undefined],
    [
      'an error whose message throws',
      () =>
        Object.defineProperty(new Error('x'), 'message', {
          get: () => {
            throw new Error('y');
          },
        }),
    ],
    [
      'an error of ours with details that are not JSON',
      () => new PerdureError('timeout', 'late', { details: { n: 10n } }),
    ],
    ['something that only has a code of ours', () => ({ code: 'timeout', details: 'text' })],
  ])('a thrown value that is odd fails the step once: %s', async (_name, thrown) => {
    let effects = 0;
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.step('odd', () => {
          effects += 1;
          throw thrown();
        }),
      ),
    ]);
    const run = await harness.finished(await harness.start('subject'));
    expect(run.status).toBe('failed');
    expect(JSON.parse(run.error ?? '')).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    expect(effects).toBe(1);
  });

  it('an output that is not JSON fails the run as everything does: effects are taken back', async () => {
    const undone: string[] = [];
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('a', () => 1, { undo: () => undone.push('a') });
        return { big: 10n };
      }),
    ]);
    expect((await harness.finished(await harness.start('subject'))).status).toBe('failed');
    expect(undone).toEqual(['a']);
  });
});

describe('orders that meet a run at rest', () => {
  it('a second pause has no effect after the resume', async () => {
    const first = Promise.withResolvers<void>();
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('first', () => first.promise);
        await ctx.step('second', () => 2);
      }),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    await harness.order(id, 'pause');
    await harness.order(id, 'pause');
    await harness.advance(1_000);
    first.resolve();
    await harness.until(id, 'paused');
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).status).toBe('completed');
    expect(openOrders(harness)).toBe(0);
  });

  it('a cancel of a paused run without its code waits for the code, and is not forgotten', async () => {
    const seen: string[] = [];
    const whole = pipeline(async (ctx) => {
      await ctx.step('a', () => 1, { undo: () => seen.push('undone') });
      await ctx.sleep('nap', 60_000);
      await ctx.step('after', () => seen.push('after'));
    });
    await using harness = await Harness.open([whole]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.order(id, 'pause');
    await harness.until(id, 'paused');
    harness.forget('subject');
    await harness.order(id, 'cancel');
    await harness.until(id, 'needs_attention');
    expect(openOrders(harness)).toBe(0);
    harness.define(whole);
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).status).toBe('cancelled');
    expect(seen).toEqual(['undone']);
  });

  it('an order that came too late for a failing run does not meet the retried one', async () => {
    const first = Promise.withResolvers<void>();
    let isBroken = true;
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('first', () => first.promise);
        await ctx.step('second', () => {
          if (isBroken) throw new Error('no');
        });
      }),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    await harness.order(id, 'cancel');
    first.resolve();
    await harness.settle();
    expect(harness.run(id).status).toBe('failed');
    isBroken = false;
    await retry(harness, id);
    expect((await harness.finished(id)).status).toBe('completed');
  });
});

describe('children', () => {
  it('one that was cancelled because its sibling failed is started anew by a retry', async () => {
    let isBroken = true;
    await using harness = await Harness.open([
      pipeline((ctx) =>
        Promise.all([
          ctx.run('child', {}, { key: 'kid' }),
          ctx.step('fails', () => {
            if (isBroken) throw new Error('no');
          }),
        ]),
      ),
      pipeline(async (ctx) => ctx.sleep('nap', 10_000), 'child'),
    ]);
    const id = await harness.start('subject');
    expect((await harness.finished(id)).status).toBe('failed');
    isBroken = false;
    await retry(harness, id);
    expect((await harness.finished(id)).status).toBe('completed');
  });

  it('R5: the sweep finds a parent that waits for a timer too', async () => {
    await using harness = await Harness.open([
      pipeline((ctx) => Promise.race([ctx.run('child', {}, { key: 'kid' }), ctx.sleep('deadline', 365 * 86_400_000)])),
      pipeline(async (ctx) => ctx.sleep('nap', 10_000), 'child'),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    const child = (JSON.parse(harness.steps(id)[0]?.detail ?? '{}') as { run: string }).run;
    harness.replaceWorker({ waker: { wake: () => Promise.resolve() } });
    await harness.engine.wake(child, { at: harness.clock.now() + 10_000 });
    await harness.until(child, 'completed');
    await harness.advance(120_000);
    harness.replaceWorker();
    const { clock, database, engine } = harness;
    await sweepOnce({
      store: createSweepStore(database),
      waker: engine,
      clock,
      holder: 'server',
      log: () => undefined,
    });
    expect((await harness.finished(id)).status).toBe('completed');
  });
});

it('a composite whose body ends after its run writes nothing behind the end', async () => {
  const outside = Promise.withResolvers<void>();
  const agents: AgentCaller = {
    call: (scope, _agent, _input, key) =>
      scope.perform({
        key,
        kind: 'agent',
        work: async () => ({ result: { verdict: 'changes_requested', feedback: '' } }),
      }),
  };
  await using harness = await Harness.open(
    [
      pipeline((ctx) =>
        ctx.review('draft', {
          key: 'review',
          by: 'agent',
          reviewer: 'judge',
          maxRounds: 1,
          onExhausted: 'fail',
          redo: async () => {
            await outside.promise;
            throw new Error('late');
          },
        }),
      ),
    ],
    { agents },
  );
  const id = await harness.start('subject');
  await harness.settle();
  await harness.order(id, 'cancel');
  expect((await harness.finished(id)).status).toBe('cancelled');
  outside.resolve();
  await harness.settle();
  expect(harness.eventTypes(id).at(-1)).toBe('run.cancelled');
});

it('a failed run does not wait for the retry of a sibling that nobody needs any more', async () => {
  await using harness = await Harness.open([
    pipeline((ctx) =>
      Promise.all([
        ctx.step('retried', () => Promise.reject(new Error('again')), { retry: { attempts: 9, delayMs: 30_000 } }),
        ctx.step('fails', () => Promise.reject(new Error('no'))),
      ]),
    ),
  ]);
  const id = await harness.start('subject');
  await harness.settle();
  expect(harness.run(id).status).toBe('failed');
});
