import { definePipeline, PerdureError, type DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { placeOf } from '../src/record/author-error.ts';
import type { AgentCaller } from '../src/steps/step-port.ts';
import type { FunctionTool } from '../src/steps/tool-port.ts';
import { Harness } from './harness.ts';
import { onceTool, pipeline } from './support.ts';

describe('mistakes of an author', () => {
  it.each([
    ['between two steps', () => Promise.reject(new TypeError('boom'))],
    ['inside a step', (ctx: DurableContext) => ctx.step('s', () => Promise.reject(new TypeError('boom')))],
    [
      'inside a step of a fan-out',
      (ctx: DurableContext) =>
        ctx.map([1], (_n, inner) => inner.step('s', () => Promise.reject(new TypeError('boom'))), { key: 'all' }),
    ],
  ])('fails the run with the sentence of an error thrown %s and its place in their code', async (_name, run) => {
    await using harness = await Harness.open([pipeline(run)]);
    const failed = await harness.finished(await harness.start('subject'));
    expect(JSON.parse(failed.error ?? '')).toMatchObject({
      message: 'boom',
      details: { at: expect.stringMatching(/\/author-errors\.test\.ts:\d+$/) },
    });
  });

  it('tells the cause of an error whose message does not say it', async () => {
    const thrown = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') });
    await using harness = await Harness.open([pipeline((ctx) => ctx.step('s', () => Promise.reject(thrown)))]);
    const run = await harness.finished(await harness.start('subject'));
    expect(run.error).toContain('fetch failed: connect ECONNREFUSED 127.0.0.1:1');
  });

  it.each([
    ['a review by nobody known', { by: 'robot', maxRounds: 0 }, 'by is "none", "agent" or "human"'],
    ['a review without a way to redo', { by: 'human', maxRounds: 2 }, 'redo says how it is done again'],
    ['a review that counts no rounds', { by: 'human' }, 'maxRounds is a whole number'],
    ['a review by an agent without a name', { by: 'agent', maxRounds: 0 }, 'needs the name of the reviewer'],
  ])('%s stops the run with a sentence', async (_name, options, sentence) => {
    await using harness = await Harness.open([
      pipeline((ctx) => ctx.review({}, { key: 'release', ...options } as never)),
    ]);
    const stopped = await harness.until(await harness.start('subject'), 'needs_attention', 'failed');
    expect(stopped.status).toBe('needs_attention');
    expect(JSON.parse(stopped.error ?? '').message).toContain(sentence);
  });

  it.each([
    ['tool', (ctx: DurableContext) => ctx.tool('t', {}, undefined as never)],
    ['review', (ctx: DurableContext) => ctx.review({}, undefined as never)],
    ['human', (ctx: DurableContext) => ctx.human('q', {} as never)],
    ['map', (ctx: DurableContext) => ctx.map([1], () => 1, undefined as never)],
    ['run', (ctx: DurableContext) => ctx.run('child', {}, null as never)],
  ])('a call of ctx.%s without its key stops the run and says where it is', async (method, call) => {
    await using harness = await Harness.open([pipeline(call)]);
    const stopped = await harness.until(await harness.start('subject'), 'needs_attention', 'failed');
    expect(stopped.status).toBe('needs_attention');
    expect(stopped.error).toMatch(new RegExp(`ctx\\.${method} at .*/author-errors\\.test\\.ts:\\d+ lacks its key`));
  });

  it('P4: stops a run that uses a key twice, naming both places, and it goes on once the code is mended', async () => {
    const twice = pipeline(async (ctx) => {
      await ctx.step('same', () => 1);
      await ctx.step('same', () => 2);
      return 'unreachable';
    });
    await using harness = await Harness.open([twice]);
    const id = await harness.start('subject');
    const stopped = await harness.until(id, 'needs_attention');
    const places = [...(JSON.parse(stopped.error ?? '').message as string).matchAll(/author-errors\.test\.ts:\d+/g)];
    expect(new Set(places.map(String)).size).toBe(2);
    harness.define(pipeline(async (ctx) => [await ctx.step('same', () => 3), await ctx.step('other', () => 4)]));
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).output).toBe('[1,4]');
  });

  it('P4: names both places also when the first one was passed over', async () => {
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('same', () => 1);
        await ctx.sleep('nap', 1_000);
        await ctx.step('same', () => 2);
      }),
    ]);
    const run = await harness.until(await harness.start('subject'), 'needs_attention');
    const places = [...(run.error ?? '').matchAll(/author-errors\.test\.ts:\d+/g)].map(String);
    expect(new Set(places).size).toBe(2);
    expect(run.recoveries).toBe(0);
  });

  it('P4: a caught error does not hide a key used twice', async () => {
    const hiding = pipeline(async (ctx) => {
      await ctx.step('same', () => 1);
      await ctx.step('same', () => 2).catch(() => 'hidden');
      return 'hidden';
    });
    await using harness = await Harness.open([hiding]);
    const run = await harness.until(await harness.start('subject'), 'needs_attention', 'completed');
    expect(run.status).toBe('needs_attention');
  });

  it('P4: refuses a key that could not be a key, in a sentence', async () => {
    await using harness = await Harness.open([pipeline((ctx) => ctx.step('a/b', () => 1))]);
    const run = await harness.until(await harness.start('subject'), 'needs_attention');
    expect(run.error).toMatch(/"a\/b.*cannot be a step key/);
  });

  it('P5: stops a run whose recorded step has become another kind, with then and now', async () => {
    const before = pipeline(async (ctx) => {
      await ctx.step('first', () => 1);
      await ctx.sleep('nap', 1_000);
    });
    const after = pipeline(async (ctx) => {
      await ctx.now('first');
    });
    await using harness = await Harness.open([before]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    harness.define(after);
    const run = await harness.until(id, 'needs_attention');
    expect(JSON.parse(run.error ?? '')).toMatchObject({
      code: 'record_differs',
      details: { key: 'first', recorded: { kind: 'step' }, now: { kind: 'now' } },
    });
  });

  it('P5: compares the input of a step where one was given, and of a child run always', async () => {
    let input = 1;
    const changing = pipeline(async (ctx) => {
      await ctx.step('first', () => 1, { input });
      await ctx.sleep('nap', 1_000);
    });
    await using harness = await Harness.open([changing]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    input = 2;
    expect((await harness.until(id, 'needs_attention')).error).toContain('with another input');
    input = 1;
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).status).toBe('completed');
  });

  it('passes over recorded steps of changed code by key, whatever stands between them', async () => {
    const seen: string[] = [];
    const step = (ctx: DurableContext, key: string) => ctx.step(key, () => (seen.push(key), key));
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await step(ctx, 'a');
        await step(ctx, 'b');
        await ctx.sleep('nap', 1_000);
        await step(ctx, 'c');
      }),
    ]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    harness.define(
      pipeline(async (ctx) => {
        await step(ctx, 'b');
        await step(ctx, 'new');
        await ctx.sleep('nap', 1_000);
        await step(ctx, 'c');
      }),
    );
    await harness.finished(id);
    expect(seen).toEqual(['a', 'b', 'new', 'c']);
  });

  it('stops a pipeline that never settles, saying what it awaits', async () => {
    await using harness = await Harness.open(
      [
        pipeline(async (ctx) => {
          await ctx.step('first', () => 1);
          await new Promise(() => undefined);
        }),
      ],
      { stallMs: 5_000 },
    );
    const run = await harness.until(await harness.start('subject'), 'needs_attention');
    expect(run.error).toContain('has awaited something outside of ctx for 5 s');
  });

  it('lets a pipeline await outside work between steps as long as nothing is parked', async () => {
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('first', () => 1);
        await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
        return await ctx.step('second', () => 2);
      }),
    ]);
    expect((await harness.finished(await harness.start('subject'))).output).toBe('2');
  });

  it('does not mind a failed step that is awaited late, or never', async () => {
    const late = pipeline(async (ctx) => {
      const failing = ctx.step('fails', () => Promise.reject(new Error('no')));
      void ctx.step('fails-too', () => Promise.reject(new Error('nor this')));
      await ctx.step('works', () => new Promise((resolve) => setImmediate(() => resolve(1))));
      return failing.catch((error: unknown) => String(error));
    });
    await using harness = await Harness.open([late]);
    expect((await harness.finished(await harness.start('subject'))).output).toContain('no');
  });

  it('fails a run whose input does not match its schema, and stops one whose output does not, naming the field', async () => {
    const strict = definePipeline({
      id: 'strict',
      description: 'd',
      input: z.object({ count: z.number() }),
      output: z.object({ total: z.number() }),
      run: (_ctx, { count }) => Promise.resolve({ total: count > 1 ? ('many' as unknown as number) : count }),
    });
    await using harness = await Harness.open([strict]);
    expect((await harness.finished(await harness.start('strict', { count: 'x' }))).error).toMatch(/input of.*count/);
    const stopped = await harness.until(await harness.start('strict', { count: 2 }), 'needs_attention', 'failed');
    expect([stopped.status, stopped.error]).toEqual(['needs_attention', expect.stringMatching(/output of.*total/)]);
  });

  it('stops a run whose pipeline is gone, and goes on when it is back', async () => {
    const here = pipeline((ctx) => ctx.step('only', () => 'back'));
    await using harness = await Harness.open([here]);
    harness.forget('subject');
    const id = await harness.start('subject');
    expect((await harness.until(id, 'needs_attention')).error).toContain('is not loaded');
    harness.define(here);
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).output).toBe('"back"');
  });
});

const booked = (undone: string[], rest: (ctx: DurableContext) => Promise<unknown>) =>
  pipeline(async (ctx) => {
    await ctx.step('book', () => 'seat', { undo: () => void undone.push('book') });
    return await rest(ctx);
  });
const answering = (isThere: { agent: boolean }): AgentCaller => ({
  call: (scope, agent, input, key) => {
    const lacks = () =>
      isThere.agent ? undefined : new PerdureError('definition_invalid', `The agent "${agent}" was refused.`);
    return scope.compose({ key, kind: 'agent', input, startDetail: { agent }, lacks }, async () => 'said');
  },
});

describe('a definition that is gone or broken while a run is under way', () => {
  it.each([
    ['an agent', (ctx: DurableContext) => ctx.agent('talker', {}), 'The agent "talker" was refused.'],
    [
      'the agent that reviews',
      (ctx: DurableContext) => ctx.review({}, { key: 'look', by: 'agent', reviewer: 'talker', maxRounds: 0 } as never),
      'The agent "talker" was refused.',
    ],
  ])('%s stops it with everything kept, and takes nothing back', async (_name, call, sentence) => {
    const undone: string[] = [];
    const isThere = { agent: false };
    await using harness = await Harness.open([booked(undone, call)], { agents: answering(isThere) });
    const id = await harness.start('subject');
    const stopped = await harness.until(id, 'needs_attention', 'failed');
    expect([stopped.status, undone]).toEqual(['needs_attention', []]);
    expect(stopped.error).toContain(JSON.stringify(sentence).slice(1, -1));
    expect(harness.steps(id).map(({ key, status }) => [key, status])).toContainEqual(['book', 'done']);
    isThere.agent = true;
    await harness.order(id, 'resume');
    await harness.settle();
    expect(harness.steps(id).filter(({ kind, status }) => kind === 'agent' && status === 'done')).toHaveLength(1);
  });

  it.each([
    [
      'not loaded',
      undefined,
      'The tool "charge" is not loaded: /p/tools/charge.ts:3: it is broken; `perdure tools check` tells when it is in order, then resume the run.',
    ],
    ['switched off', { off: 'Switch it on.' }, 'Switch it on. Then resume the run.'],
  ])('a tool that is %s stops it, and the call is made once the tool is back', async (_name, state, sentence) => {
    const undone: string[] = [];
    const calls: string[] = [];
    const charge = onceTool('charge', calls);
    await using harness = await Harness.open([booked(undone, (ctx) => ctx.tool('charge', {}, { key: 'pay' }))], {
      whyLeftOut: (kind, id) => (kind === 'tool' ? `/p/tools/${id}.ts:3: it is broken` : undefined),
    });
    if (state !== undefined) harness.equip({ ...(charge as unknown as FunctionTool), kind: 'function', ...state });
    const id = await harness.start('subject');
    const stopped = await harness.until(id, 'needs_attention', 'failed');
    expect([stopped.status, undone, calls]).toEqual(['needs_attention', [], []]);
    expect(JSON.parse(stopped.error ?? '').message).toContain(sentence);
    harness.equip(charge);
    await harness.order(id, 'resume');
    expect([(await harness.finished(id)).status, calls, undone]).toEqual(['completed', ['charge'], []]);
  });

  it('a schema that takes the input of a run no longer stops it, and nothing is taken back', async () => {
    const undone: string[] = [];
    const waiting = booked(undone, (ctx) => ctx.sleep('rest', 1_000));
    await using harness = await Harness.open([waiting]);
    const id = await harness.start('subject', { count: 1 });
    await harness.until(id, 'waiting');
    harness.define({ ...waiting, input: z.object({ cuont: z.number() }) });
    await harness.advance(1_000);
    expect([harness.run(id).status, undone]).toEqual(['needs_attention', []]);
    expect(harness.run(id).error).toContain('put the schema back, then resume the run');
    harness.define(waiting);
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).status).toBe('completed');
  });
});

const trap = () => {
  throw new Error('trap');
};

describe('the place of an error', () => {
  it('is not looked for in its message', () => {
    expect(placeOf(new Error('cannot compile\n  in (/etc/secret.ts:1:1)'))).toContain('author-errors.test.ts');
  });

  it('is found at once however long a line of the message is', () => {
    const error = new Error(`upstream said:\n${'/aaaaaaaaa'.repeat(60_000)}`);
    expect(placeOf(error)).toContain('author-errors.test.ts');
  });

  it('of something that cannot be looked at is not told, and the step has failed', async () => {
    await using harness = await Harness.open([
      pipeline((ctx) => ctx.step('s', () => Promise.reject(new Proxy({}, { getPrototypeOf: trap }) as Error))),
    ]);
    const id = await harness.start('subject');
    const run = await harness.finished(id);
    expect([run.status, harness.steps(id).map(({ status }) => status)]).toEqual(['failed', ['failed']]);
  });
});
