import { PerdureError } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { hour, minute, name, openPatient as open, outage, second, away, Server } from './model-played.ts';
import { pipeline } from './support.ts';

describe('a run whose model is away', () => {
  it('waits for it, parked, after a few quick attempts, and goes on when it answers', async () => {
    const server = new Server();
    await using harness = await open(server);
    const id = await harness.start('subject');
    await harness.advance(10 * second);
    expect(harness.run(id)).toMatchObject({ status: 'waiting', wait_kind: 'model', wait_model: name });
    expect(server.asked).toBeGreaterThanOrEqual(5);
    expect(harness.engine.isDriving).toBe(false);
    await harness.advance(3 * hour);
    const asked = server.asked;
    await harness.advance(hour);
    // A pause is 15 minutes at most.
    expect(server.asked - asked).toBeGreaterThanOrEqual(4);
    expect(server.asked - asked).toBeLessThanOrEqual(6);
    server.isUp = true;
    await harness.advance(15 * minute);
    expect((await harness.finished(id)).status).toBe('completed');
    expect(outage(harness)).toBeUndefined();
  });

  it('says once that it waits, however often it asks, and counts no working time for it', async () => {
    const server = new Server();
    await using harness = await open(server);
    const id = await harness.start('subject');
    await harness.advance(5 * hour);
    const types = harness.events(id).map(({ type }) => type);
    expect(types.filter((type) => type === 'run.waiting')).toHaveLength(1);
    expect(harness.run(id).idle_ms).toBeGreaterThan(4 * hour);
  });

  it('each time under another key', async () => {
    const server = new Server();
    await using harness = await open(server);
    await harness.start('subject');
    await harness.advance(hour);
    const keys = server.model.requests.map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('fails when its patience is over, says how long it waited, and waits as long again after a retry', async () => {
    const server = new Server();
    await using harness = await open(server);
    const id = await harness.start('subject');
    await harness.advance(23 * hour);
    expect(harness.run(id).status).toBe('waiting');
    await harness.advance(2 * hour);
    const run = await harness.finished(id);
    expect(run.status).toBe('failed');
    expect(run.error).toContain('It was waited for 24 hours');
    await harness.retry(id);
    await harness.advance(23 * hour);
    expect(harness.run(id).status).toBe('waiting');
    server.isUp = true;
    await harness.advance(15 * minute);
    expect((await harness.finished(id)).status).toBe('completed');
  });

  it('asks at once after a resume', async () => {
    const server = new Server();
    await using harness = await open(server);
    const id = await harness.start('subject');
    await harness.advance(3 * hour);
    server.isUp = true;
    expect(await harness.order(id, 'resume')).toBe('accepted');
    expect((await harness.finished(id)).status).toBe('completed');
  });

  it('waits as long as the server wishes, within 15 minutes', async () => {
    const server = new Server();
    server.error = away({ retryAfterMs: 10 * minute });
    await using harness = await open(server);
    const id = await harness.start('subject');
    await harness.advance(45 * minute);
    const { wake_at: wakeAt } = harness.run(id);
    expect((wakeAt ?? 0) - harness.clock.now()).toBeGreaterThan(0);
    const asked = server.asked;
    await harness.advance(4 * minute);
    expect(server.asked - asked).toBeLessThanOrEqual(1);
  });

  it.each(['pause', 'cancel'] as const)('can be told to %s', async (order) => {
    const server = new Server();
    await using harness = await open(server);
    const id = await harness.start('subject');
    await harness.advance(minute);
    await harness.order(id, order);
    await harness.until(id, order === 'pause' ? 'paused' : 'cancelled');
    const asked = server.asked;
    await harness.advance(2 * hour);
    expect(server.asked).toBe(asked);
  });

  it('is not one whose model refuses: that fails at once', async () => {
    const server = new Server();
    server.error = new PerdureError('model_rejected', 'No.', { details: { asked: name } });
    await using harness = await open(server);
    expect((await harness.finished(await harness.start('subject'))).status).toBe('failed');
    expect(server.asked).toBe(1);
  });

  it('is not one whose answers break off: that fails after the attempts', async () => {
    const server = new Server();
    server.error = new PerdureError('model_unavailable', 'It broke off.', { details: { asked: name } });
    await using harness = await open(server);
    const id = await harness.start('subject');
    await harness.advance(minute);
    expect((await harness.finished(id)).status).toBe('failed');
    expect(server.asked).toBe(5);
  });
});

describe('of many runs that wait for one model', () => {
  it('one asks for all, and all are woken when it answers', async () => {
    const server = new Server();
    await using harness = await open(server);
    const ids = await Promise.all(Array.from({ length: 8 }, () => harness.start('subject')));
    await harness.advance(2 * hour);
    const asked = server.asked;
    await harness.advance(hour);
    expect(server.asked - asked).toBeLessThanOrEqual(6);
    server.isUp = true;
    const isDone = (id: string) => harness.run(id).status === 'completed';
    while (!ids.some(isDone)) await harness.advance(10 * second);
    await harness.advance(second);
    expect(ids.filter(isDone)).toEqual(ids);
  });

  it('a new one asks nothing while the outage is known', async () => {
    const server = new Server();
    await using harness = await open(server);
    await harness.start('subject');
    await harness.advance(hour);
    const asked = server.asked;
    const id = await harness.start('subject');
    await harness.advance(second);
    expect(harness.run(id)).toMatchObject({ status: 'waiting', wait_model: name });
    expect(server.asked).toBe(asked);
  });

  it('those of one fan-out wait together, beside branches that work', async () => {
    const server = new Server();
    const fanned = pipeline(async (ctx) => {
      const [answers] = await Promise.all([
        ctx.map(['a', 'b', 'c'], (item, inner) => inner.agent('helper', { item }), { key: 'all', concurrency: 3 }),
        ctx.human('Go on?', { key: 'go' }),
      ]);
      return answers;
    });
    await using harness = await open(server, [fanned]);
    const id = await harness.start('subject');
    await harness.advance(hour);
    await harness.answer(harness.wait(id).id, null);
    server.isUp = true;
    await harness.advance(16 * minute);
    expect((await harness.finished(id)).status).toBe('completed');
  });
});
