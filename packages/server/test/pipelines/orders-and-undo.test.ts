import { definePipeline, type DurableContext, type UndoAttempt } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AgentCaller } from '../../src/pipelines/ports.ts';
import { Harness } from './harness.ts';

const pipeline = (run: (ctx: DurableContext) => Promise<unknown>, id = 'subject') =>
  definePipeline({ id, description: 'd', input: z.any(), output: z.any(), run });

describe('orders', () => {
  it('pause lets the step in flight finish, begins no other, and resume goes on behind it', async () => {
    const first = Promise.withResolvers<string>();
    const calls: string[] = [];
    await using harness = await Harness.open([
      pipeline(async (ctx) => [
        await ctx.step('first', () => (calls.push('first'), first.promise)),
        await ctx.step('second', () => calls.push('second')),
      ]),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    await harness.order(id, 'pause');
    await harness.advance(1_000);
    expect(harness.run(id).status).toBe('running');
    first.resolve('paid for');
    await harness.until(id, 'paused');
    expect(calls).toEqual(['first']);
    expect(harness.steps(id)[0]).toMatchObject({ status: 'done', result: '"paid for"' });
    await harness.engine.wake(id);
    await harness.advance(10_000);
    expect(harness.run(id).status).toBe('paused');
    await harness.order(id, 'resume');
    await harness.finished(id);
    expect(calls).toEqual(['first', 'second']);
  });

  it('pauses a sleeping run at once, and a resumed one still wakes at its time', async () => {
    await using harness = await Harness.open([pipeline(async (ctx) => ctx.sleep('nap', 60_000))]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.order(id, 'pause');
    await harness.settle();
    expect(harness.run(id).status).toBe('paused');
    await harness.advance(30_000);
    await harness.order(id, 'resume');
    await harness.until(id, 'waiting');
    await harness.advance(30_000);
    expect(harness.run(id).status).toBe('completed');
  });

  it('refuses an order that makes no sense in the present state, and records none', async () => {
    await using harness = await Harness.open([pipeline((ctx) => ctx.step('only', () => 1))]);
    const id = await harness.start('subject');
    expect(await harness.order(id, 'resume')).toBe('refused');
    await harness.finished(id);
    expect(await harness.order(id, 'pause')).toBe('refused');
    expect(await harness.order('00000000-0000-7000-8000-ffffffffffff', 'pause')).toBe('not_found');
    expect(harness.eventTypes(id)).not.toContain('order.received');
  });

  it('cancel aborts what is in flight without recording it as failed, and the pipeline never notices', async () => {
    const seen: string[] = [];
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        try {
          await ctx.step(
            'long',
            ({ signal }) =>
              new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
          );
        } catch {
          seen.push('caught');
        } finally {
          seen.push('finally');
        }
      }),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    await harness.order(id, 'cancel');
    await harness.advance(1_000);
    expect(harness.run(id).status).toBe('cancelled');
    expect(harness.steps(id)).toEqual([]);
    expect(seen).toEqual([]);
  });

  it.each(['pause', 'resume'] as const)(
    'an order that came while no worker lived (%s) is found by the next drive',
    async (order) => {
      await using harness = await Harness.open([pipeline(async (ctx) => ctx.sleep('nap', 60_000))]);
      const id = await harness.start('subject');
      await harness.until(id, 'waiting');
      if (order === 'resume') {
        await harness.order(id, 'pause');
        await harness.until(id, 'paused');
      }
      await harness.intake.order({
        orderId: harness.newId(),
        runId: id,
        order,
        actor: 'owner',
        at: harness.clock.now(),
      });
      harness.replaceWorker();
      await harness.engine.wake(id);
      await harness.settle();
      expect(harness.run(id).status).toBe(order === 'pause' ? 'paused' : 'waiting');
    },
  );
});

describe('undo', () => {
  const effects: string[] = [];
  const booking = pipeline(async (ctx) => {
    await ctx.step('flight', () => (effects.push('book flight'), 'F1'), {
      undo: (result) => effects.push(`cancel flight ${result}`),
    });
    await ctx.step('hotel', () => (effects.push('book hotel'), 'H1'), {
      undo: (result) => effects.push(`cancel hotel ${result}`),
    });
    await ctx.step('pay', () => {
      throw new Error('card declined');
    });
  });

  it('takes effects back newest first when the run fails, each as a recorded step', async () => {
    effects.length = 0;
    await using harness = await Harness.open([booking]);
    const id = await harness.start('subject');
    const run = await harness.finished(id);
    expect(run.status).toBe('failed');
    expect(effects).toEqual(['book flight', 'book hotel', 'cancel hotel H1', 'cancel flight F1']);
    expect(
      harness
        .steps(id)
        .filter((step) => step.kind === 'undo')
        .map((step) => [step.key, step.status]),
    ).toEqual([
      ['undo/hotel', 'done'],
      ['undo/flight', 'done'],
    ]);
    expect(JSON.parse(run.error ?? '').message).toBe('card declined');
  });

  it('arms the undo by the start record, so an effect that may not have happened is undone too', async () => {
    const seen: unknown[] = [];
    const never = new Promise<string>(() => undefined);
    await using harness = await Harness.open([
      pipeline((ctx) => ctx.step('maybe', () => never, { undo: (result) => seen.push(['undone', result]) })),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    harness.replaceWorker();
    await harness.order(id, 'cancel');
    expect((await harness.finished(id)).status).toBe('cancelled');
    expect(seen).toEqual([['undone', undefined]]);
  });

  it('is given the key under which the effect was made, and one of its own', async () => {
    const keys: string[][] = [];
    const undo = (_result: unknown, { effectKey, idempotencyKey }: UndoAttempt) =>
      keys.push([effectKey, idempotencyKey]);
    const book = (_n: number, inner: DurableContext) =>
      inner.step('book', ({ idempotencyKey }) => keys.push([idempotencyKey]), { undo });
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.map([1], book, { key: 'all' });
        throw new Error('no');
      }),
    ]);
    const id = await harness.start('subject');
    await harness.finished(id);
    expect(keys).toEqual([[`${id}/all/0/book`], [`${id}/all/0/book`, `${id}/undo/all/0/book`]]);
  });

  it('is tried three times, and what could not be taken back stands in the error of the run', async () => {
    const tries: number[] = [];
    const broken = (_result: unknown, { attempt }: UndoAttempt) => {
      tries.push(attempt);
      throw new Error('no server');
    };
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('book', () => 1, { undo: broken });
        throw new Error('no');
      }),
    ]);
    const run = await harness.finished(await harness.start('subject'));
    expect(tries).toEqual([1, 2, 3]);
    expect(JSON.parse(run.error ?? '')).toMatchObject({
      code: 'run_failed',
      message: 'no Not taken back: book (no server); do it by hand.',
      details: { notUndone: ['book'] },
    });
  });

  it.each([
    [2, null],
    [9, 'undo_failed'],
  ])('that fails %i times at the cancel of a run leaves it with the error %s', async (failures, code) => {
    const undo = (_result: unknown, { attempt }: UndoAttempt) => {
      if (attempt <= failures) throw new Error('no server');
    };
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('book', () => 1, { undo });
        await ctx.human('Go on?', { key: 'q' });
      }),
    ]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.order(id, 'cancel');
    const run = await harness.finished(id);
    expect(run.status).toBe('cancelled');
    expect(run.error === null ? null : JSON.parse(run.error).code).toBe(code);
  });

  it('records an undo that fails and goes on with the rest', async () => {
    const seen: string[] = [];
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('a', () => 1, { undo: () => seen.push('a') });
        await ctx.step('b', () => 2, { undo: () => Promise.reject(new Error('cannot')) });
        throw new Error('stop');
      }),
    ]);
    const id = await harness.start('subject');
    await harness.finished(id);
    expect(seen).toEqual(['a']);
    expect(harness.steps(id).find((step) => step.key === 'undo/b')).toMatchObject({ status: 'failed' });
  });

  it('goes on undoing after a crash in the middle, and undoes nothing twice', async () => {
    const seen: string[] = [];
    const stuck = Promise.withResolvers<void>();
    let isFirst = true;
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('a', () => 1, {
          undo: async () => {
            if (isFirst) {
              isFirst = false;
              await stuck.promise;
            }
            seen.push('a');
          },
        });
        await ctx.step('b', () => 2, { undo: () => seen.push('b') });
        throw new Error('stop');
      }),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    expect(harness.run(id).status).toBe('undoing');
    harness.replaceWorker();
    await harness.engine.wake(id);
    const run = await harness.finished(id);
    expect(run).toMatchObject({ status: 'failed', error: expect.stringContaining('stop') });
    expect(seen).toEqual(['b', 'a']);
  });

  it.each(['in the drive that failed', 'in a later drive'])(
    'undoes what was armed inside a review, %s',
    async (when) => {
      const undone: string[] = [];
      const verdicts = ['changes_requested', 'approved'];
      const agents: AgentCaller = {
        call: (scope, agent, _input, key) =>
          scope.perform({
            key,
            kind: 'agent',
            work: async () => ({ result: agent === 'judge' ? { verdict: verdicts.shift(), feedback: 'again' } : null }),
          }),
      };
      await using harness = await Harness.open(
        [
          pipeline(async (ctx) => {
            await ctx.review('draft', {
              key: 'review',
              by: 'agent',
              reviewer: 'judge',
              maxRounds: 1,
              onExhausted: 'fail',
              redo: (_review, round) => round.step('publish', () => 'v2', { undo: () => undone.push('v2') }),
            });
            if (when === 'in a later drive') await ctx.sleep('nap', 1_000);
            throw new Error('stop');
          }),
        ],
        { agents },
      );
      const id = await harness.start('subject');
      expect((await harness.finished(id)).status).toBe('failed');
      expect(undone).toEqual(['v2']);
      expect(harness.steps(id).find((step) => step.kind === 'undo')).toMatchObject({ status: 'done' });
    },
  );

  it('undoes what was armed inside a composite that a cancel broke off', async () => {
    const undone: string[] = [];
    const agents: AgentCaller = {
      call: (scope, agent, _input, key) =>
        scope.perform({
          key,
          kind: 'agent',
          work: ({ signal }) =>
            agent === 'judge' && undone.length === 0
              ? Promise.resolve({ result: { verdict: 'changes_requested', feedback: '' } })
              : new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
        }),
    };
    await using harness = await Harness.open(
      [
        pipeline((ctx) =>
          ctx.review('draft', {
            key: 'review',
            by: 'agent',
            reviewer: 'judge',
            maxRounds: 3,
            onExhausted: 'fail',
            redo: async (_review, round) => {
              await round.step('publish', () => 'v2', { undo: () => undone.push('v2') });
              return round.agent('writer', {});
            },
          }),
        ),
      ],
      { agents },
    );
    const id = await harness.start('subject');
    await harness.settle();
    harness.replaceWorker();
    await harness.order(id, 'cancel');
    expect((await harness.finished(id)).status).toBe('cancelled');
    expect(undone).toEqual(['v2']);
  });

  it('waits for the code to come back rather than skip an undo', async () => {
    effects.length = 0;
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('flight', () => 'F1', { undo: () => effects.push('cancel flight') });
        await ctx.sleep('nap', 60_000);
      }),
    ]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    harness.forget('subject');
    await harness.order(id, 'cancel');
    await harness.until(id, 'needs_attention');
    harness.define(
      pipeline(async (ctx) => {
        await ctx.step('flight', () => 'F1', { undo: () => effects.push('cancel flight') });
        await ctx.sleep('nap', 60_000);
      }),
    );
    await harness.order(id, 'cancel');
    expect((await harness.finished(id)).status).toBe('cancelled');
    expect(effects).toEqual(['cancel flight']);
  });

  it('begins nothing new in a branch whose sibling failed, and keeps what was in flight', async () => {
    const work = Promise.withResolvers<string>();
    const seen: string[] = [];
    await using harness = await Harness.open([
      pipeline((ctx) =>
        Promise.all([
          ctx.step('fails', () => Promise.reject(new Error('no'))),
          (async () => {
            await ctx.step('slow', () => work.promise);
            await ctx.step('next', () => seen.push('next'));
          })(),
        ]),
      ),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    work.resolve('kept');
    expect((await harness.finished(id)).status).toBe('failed');
    expect(harness.steps(id).map((step) => [step.key, step.status])).toEqual([
      ['fails', 'failed'],
      ['slow', 'done'],
    ]);
    expect(seen).toEqual([]);
  });
});

describe('retry of a failed run', () => {
  it('goes on at the failed step and repeats nothing before it', async () => {
    const calls: string[] = [];
    let isBroken = true;
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('paid', () => calls.push('paid'));
        await ctx.step('flaky', () => {
          calls.push('flaky');
          if (isBroken) throw new Error('no');
        });
        return 'done';
      }),
    ]);
    const id = await harness.start('subject');
    await harness.finished(id);
    isBroken = false;
    expect((await harness.intake.retry({ runId: id, actor: 'owner', at: harness.clock.now() })).kind).toBe('accepted');
    await harness.engine.wake(id);
    expect(await harness.finished(id)).toMatchObject({ status: 'completed', error: null });
    expect(calls).toEqual(['paid', 'flaky', 'flaky']);
  });

  it('counts attempts on, and gives the failed step its whole policy again', async () => {
    const attempts: number[] = [];
    let isBroken = true;
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.step(
          'flaky',
          ({ attempt }) => {
            attempts.push(attempt);
            if (isBroken || attempt < 5) throw new Error('no');
            return 'yes';
          },
          { retry: { attempts: 2 }, input: attempts.length },
        ),
      ),
    ]);
    const id = await harness.start('subject');
    await harness.finished(id);
    const again = async () => {
      await harness.intake.retry({ runId: id, actor: 'owner', at: harness.clock.now() });
      await harness.engine.wake(id);
      return (await harness.finished(id)).status;
    };
    expect(await again()).toBe('failed');
    isBroken = false;
    expect(await again()).toBe('completed');
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
  });

  it('refuses once effects were taken back, and for a run that did not fail', async () => {
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('a', () => 1, { undo: () => undefined });
        throw new Error('stop');
      }),
      pipeline((ctx) => ctx.step('fine', () => 1), 'fine'),
    ]);
    const failed = await harness.start('subject');
    await harness.finished(failed);
    const fine = await harness.start('fine');
    await harness.finished(fine);
    const retry = (runId: string) => harness.intake.retry({ runId, actor: 'owner', at: harness.clock.now() });
    expect(await retry(failed)).toEqual({ kind: 'undone' });
    expect(await retry(fine)).toEqual({ kind: 'refused', status: 'completed' });
  });
});

describe('a worker that stops', () => {
  it('finishes the step in flight, begins no other, and hands the run to the next worker', async () => {
    const first = Promise.withResolvers<void>();
    const calls: string[] = [];
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('first', () => (calls.push('first'), first.promise));
        await ctx.step('second', () => calls.push('second'));
      }),
    ]);
    const woken: string[] = [];
    harness.replaceWorker({ waker: { wake: async (runId) => void woken.push(runId) } });
    const id = await harness.start('subject');
    await harness.settle();
    const drained = harness.driver.drain();
    first.resolve();
    await drained;
    expect(calls).toEqual(['first']);
    expect(woken).toEqual([id]);
    harness.replaceWorker();
    await harness.engine.wake(id);
    expect((await harness.finished(id)).status).toBe('completed');
    expect(calls).toEqual(['first', 'second']);
  });

  it('R7: being restarted many times during one long turn does not count against a run', async () => {
    const turn = Promise.withResolvers<void>();
    await using harness = await Harness.open([pipeline((ctx) => ctx.step('long', () => turn.promise))]);
    const id = await harness.start('subject');
    for (let restart = 0; restart < 15; restart += 1) {
      await harness.settle();
      void harness.driver.drain();
      await harness.settle();
      harness.replaceWorker();
      await harness.engine.wake(id);
    }
    await harness.settle();
    expect(harness.run(id)).toMatchObject({ status: 'running', barren_drives: 1 });
    turn.resolve();
    expect((await harness.finished(id)).status).toBe('completed');
  });
});
