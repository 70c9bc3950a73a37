import type { DurableContext, UndoAttempt } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import type { AgentCaller } from '../src/steps/step-port.ts';
import { Harness } from './harness.ts';
import { pipeline } from './support.ts';

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

const failing = () => {
  throw new Error('x'.repeat(20_000));
};

describe('undo, hard cases', () => {
  it('a worker that thaws in the pause between two tries of an undo does not try again', async () => {
    const tries: string[] = [];
    const undoBy = (worker: string, isBroken: boolean) => () => {
      tries.push(worker);
      if (isBroken) throw new Error('no server');
    };
    const made = (worker: string, isBroken: boolean) =>
      pipeline(async (ctx) => {
        await ctx.step('book', () => 1, { undo: undoBy(worker, isBroken) });
        throw new Error('no');
      });
    await using harness = await Harness.open([made('frozen', true)]);
    const id = await harness.start('subject');
    await harness.settle();
    expect(tries).toEqual(['frozen']);
    harness.define(made('second', false));
    harness.replaceWorker();
    await harness.engine.wake(id);
    expect((await harness.finished(id)).status).toBe('failed');
    await harness.advance(10_000);
    expect(tries).toEqual(['frozen', 'second']);
  });

  it('goes on counting its tries after a crash', async () => {
    const tries: number[] = [];
    const undo = (_result: unknown, { attempt }: UndoAttempt) => {
      tries.push(attempt);
      throw new Error('no server');
    };
    const made = pipeline(async (ctx) => {
      await ctx.step('book', () => 1, { undo });
      throw new Error('no');
    });
    await using harness = await Harness.open([made]);
    const id = await harness.start('subject');
    await harness.advance(600);
    expect(tries).toEqual([1, 2]);
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.finished(id);
    expect(tries).toEqual([1, 2, 2, 3]);
  });

  it('a cancelled run of which all was undone has no error, whatever stopped the cancel on its way', async () => {
    let undone = 0;
    const made = pipeline(async (ctx) => {
      await ctx.step('a', () => 1, { undo: () => void (undone += 1) });
      await ctx.sleep('nap', 600_000);
    });
    await using harness = await Harness.open([made]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    harness.forget('subject');
    await harness.order(id, 'cancel');
    await harness.until(id, 'needs_attention');
    harness.define(made);
    await harness.order(id, 'resume');
    const run = await harness.finished(id);
    expect({ undone, status: run.status, error: run.error }).toEqual({ undone: 1, status: 'cancelled', error: null });
  });

  it('the error of a run in which much could not be undone stays short enough for a list', async () => {
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        for (let n = 0; n < 20; n += 1) await ctx.step(`s${n}`, () => n, { undo: failing });
        throw new Error('no');
      }),
    ]);
    const run = await harness.finished(await harness.start('subject'));
    expect(run.error?.length).toBeLessThan(20_000);
    expect(run.error).toContain('and 10 more');
    expect(JSON.parse(run.error ?? '{}').details.notUndone).toHaveLength(20);
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
