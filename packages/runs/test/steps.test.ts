import { PerdureError, type DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { Harness } from './harness.ts';
import { pipeline } from './support.ts';

const named = (id: string, run: (ctx: DurableContext) => Promise<unknown>) => pipeline(run, id);

describe('retries of a step', () => {
  it('repeats an attempt by its policy, with one idempotency key and growing attempt numbers', async () => {
    const seen: unknown[] = [];
    await using harness = await Harness.open([
      named('retry', (ctx) =>
        ctx.step(
          'flaky',
          ({ attempt, idempotencyKey }) => {
            seen.push([attempt, idempotencyKey, harness.clock.now()]);
            if (attempt < 3) throw new Error(`no ${attempt}`);
            return 'yes';
          },
          { retry: { attempts: 3, delayMs: 100 } },
        ),
      ),
    ]);
    const at = harness.clock.now();
    const id = await harness.start('retry');
    expect((await harness.finished(id)).output).toBe('"yes"');
    const key = `${id}/flaky`;
    expect(seen).toEqual([
      [1, key, at],
      [2, key, at + 100],
      [3, key, at + 300],
    ]);
    expect(harness.eventTypes(id).filter((type) => type === 'step.retrying')).toHaveLength(2);
  });

  it('does not repeat at all unless told to', async () => {
    let calls = 0;
    await using harness = await Harness.open([
      named('plain', (ctx) =>
        ctx.step('once', () => {
          calls += 1;
          throw new Error('no');
        }),
      ),
    ]);
    expect((await harness.finished(await harness.start('plain'))).status).toBe('failed');
    expect(calls).toBe(1);
  });

  it.each([
    ['one of ours', new PerdureError('invalid_input', 'There is no such account.')],
    // As it comes out of another copy of our code.
    ['one known by its code alone', Object.assign(new Error('There is no such account.'), { code: 'invalid_input' })],
  ])('fails at once with an error that says it cannot be retried: %s', async (_name, error) => {
    let calls = 0;
    await using harness = await Harness.open([
      named('final', (ctx) =>
        ctx.step(
          'book',
          () => {
            calls += 1;
            throw error;
          },
          { retry: { attempts: 3 } },
        ),
      ),
    ]);
    const id = await harness.start('final');
    const { status, error: told } = await harness.finished(id);
    expect(status).toBe('failed');
    expect(JSON.parse(told ?? '')).toMatchObject({ code: 'invalid_input', message: 'There is no such account.' });
    expect(calls).toBe(1);
    expect(harness.eventTypes(id)).not.toContain('step.retrying');
  });

  it('repeats an attempt that failed with an error of ours that may pass', async () => {
    await using harness = await Harness.open([
      named('passing', (ctx) =>
        ctx.step(
          'book',
          ({ attempt }) => {
            if (attempt < 3) throw new PerdureError('unavailable', 'Not now.');
            return attempt;
          },
          { retry: { attempts: 3 } },
        ),
      ),
    ]);
    expect((await harness.finished(await harness.start('passing'))).output).toBe('3');
  });

  it('gives a caught failure back as the same error in every drive', async () => {
    const seen: unknown[] = [];
    await using harness = await Harness.open([
      named('caught', async (ctx) => {
        try {
          await ctx.step('bad', () => Promise.reject(new RangeError('out')));
        } catch (error) {
          seen.push([(error as Error).message, (error as { code: string }).code]);
        }
        await ctx.sleep('nap', 1_000);
        return 'fine';
      }),
    ]);
    expect((await harness.finished(await harness.start('caught'))).output).toBe('"fine"');
    expect(seen).toEqual([
      ['out', 'step_failed'],
      ['out', 'step_failed'],
    ]);
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
});

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
    ['a generator', [[].values()], '0 is an Array Iterator, which JSON empties'],
    ['a forgotten await', { page: Promise.resolve(1) }, 'page is a Promise, which JSON empties: write `await` before'],
    ['a result of allSettled', [{ reason: new Error('x') }], '0.reason is an Error, which JSON empties: keep its'],
    ['a number that is none', { mean: [Number.NaN] }, 'mean.0 is NaN, which JSON writes as null'],
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
});
