import { PerdureError } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { asking } from './agent-harness.ts';
import { minute, name, openPatient as open, Server } from './model-played.ts';
import { pipeline } from './support.ts';

/** As the wire tells of a server that would refuse any question. */
const misconfigured = () =>
  new PerdureError('model_rejected', 'The key was not accepted; check AI_API_KEY.', {
    details: { asked: name, status: 401, misconfigured: true },
  });

function refusing(): Server {
  const server = new Server();
  server.error = misconfigured();
  return server;
}

describe('a run whose model refuses any question', () => {
  it('stops with its effects kept, says what to mend, and goes on behind them once it is resumed', async () => {
    const server = refusing();
    const done: string[] = [];
    const booking = pipeline(async (ctx) => {
      await ctx.step('book', () => done.push('book'), { undo: () => done.push('unbook') });
      return await ctx.agent('helper', {});
    });
    await using harness = await open(server, [booking]);
    const id = await harness.start('subject');
    const stopped = await harness.until(id, 'needs_attention', 'failed');
    expect(stopped.status).toBe('needs_attention');
    expect(JSON.parse(stopped.error ?? '')).toMatchObject({
      code: 'model_rejected',
      message: expect.stringMatching(/check AI_API_KEY\..*`perdure up`.*`perdure runs resume`/),
      details: { stepKey: 'helper/turn-1', misconfigured: true },
    });
    expect(server.asked).toBe(1);
    server.isUp = true;
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).status).toBe('completed');
    expect(done).toEqual(['book']);
    const keys = server.model.requests.map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(2);
  });

  it('is not told to the code of its pipeline, which has no key to give', async () => {
    const server = refusing();
    const catching = pipeline(async (ctx) => {
      try {
        return await ctx.agent('helper', {});
      } catch {
        return 'without the agent';
      }
    });
    await using harness = await open(server, [catching]);
    const id = await harness.start('subject');
    expect((await harness.until(id, 'needs_attention', 'completed')).status).toBe('needs_attention');
  });

  it('has all its quick attempts again once it is resumed', async () => {
    const server = refusing();
    await using harness = await open(server);
    const id = await harness.start('subject');
    await harness.until(id, 'needs_attention');
    server.error = new PerdureError('model_unavailable', 'It broke off.', { details: { asked: name } });
    await harness.order(id, 'resume');
    await harness.advance(minute);
    expect((await harness.finished(id)).status).toBe('failed');
    expect(server.asked).toBe(1 + 5);
  });

  it('lets what is in flight beside it finish, and begins nothing new', async () => {
    const server = refusing();
    const begun: number[] = [];
    const fanned = pipeline((ctx) =>
      ctx.map(
        [0, 1, 2],
        async (item, inner) => {
          begun.push(item);
          if (item === 0) return await inner.agent('helper', {});
          return await inner.step('work', () => Promise.resolve(item));
        },
        { key: 'all', concurrency: 2 },
      ),
    );
    await using harness = await open(server, [fanned]);
    const id = await harness.start('subject');
    await harness.until(id, 'needs_attention');
    const step = (key: string) => harness.steps(id).find((each) => each.key === key);
    expect(step('all/1/work')).toMatchObject({ status: 'done' });
    expect(step('all/0/helper/turn-1')).toMatchObject({ status: 'started', attempt: 2 });
    server.isUp = true;
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).status).toBe('completed');
    expect(begun.filter((item) => item === 2)).toHaveLength(2);
  });

  it('ends as its function did where that has returned without waiting for the answer', async () => {
    const server = refusing();
    const leaving = pipeline(async (ctx) => {
      void ctx.agent('helper', {});
      return await ctx.step('own', () => 'own');
    });
    const held = Promise.withResolvers<void>();
    server.answers = () => held.promise;
    await using harness = await open(server, [leaving]);
    const id = await harness.start('subject');
    await harness.settle();
    expect(harness.steps(id).map(({ key, status }) => `${key} ${status}`)).toContain('own done');
    held.resolve();
    expect((await harness.until(id, 'completed', 'needs_attention')).status).toBe('completed');
  });

  it('keeps no other waiting: each finds out for itself, and all are resumed alike', async () => {
    const server = refusing();
    await using harness = await open(server, [asking]);
    const ids = await Promise.all([harness.start('subject'), harness.start('subject')]);
    for (const id of ids) await harness.until(id, 'needs_attention');
    server.isUp = true;
    for (const id of ids) await harness.order(id, 'resume');
    for (const id of ids) expect((await harness.finished(id)).status).toBe('completed');
  });
});
