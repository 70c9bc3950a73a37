import { PerdureError } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { asking, openWithAgents } from './agent-harness.ts';
import type { Harness } from './harness.ts';
import { away, hour, minute, name, openPatient as open, outage, second, Server, statuses } from './model-played.ts';

const startMany = (harness: Harness, n: number): Promise<readonly string[]> =>
  Promise.all(Array.from({ length: n }, () => harness.start('subject')));

/** An answer that takes so long, and is broken off by a cancel. */
const slowly = (harness: Harness, ms: number) => (signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    harness.clock.after(ms, resolve);
    signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')), { once: true });
  });

describe('an outage', () => {
  it('begins with a pause of seconds, however many runs find out together', async () => {
    const server = new Server();
    await using harness = await open(server);
    const ids = await startMany(harness, 12);
    await harness.advance(4 * second);
    expect(new Set(statuses(harness, ids))).toEqual(new Set(['waiting']));
    expect((outage(harness)?.next_at ?? 0) - harness.clock.now()).toBeLessThanOrEqual(5 * second);
  });

  it('is over when the model answers at all: that it refuses one run keeps no other waiting', async () => {
    const server = new Server();
    await using harness = await open(server);
    const ids = await startMany(harness, 4);
    await harness.advance(hour);
    server.error = new PerdureError('model_rejected', 'The key was not accepted.', { details: { asked: name } });
    await harness.advance(16 * minute);
    expect(new Set(statuses(harness, ids))).toEqual(new Set(['failed']));
    expect(outage(harness)).toBeUndefined();
  });

  it('is known by the model that is asked first, whichever of its fallbacks was away', async () => {
    const server = new Server();
    server.error = away({ asked: 'spare/other' });
    await using harness = await open(server);
    const ids = await startMany(harness, 4);
    await harness.advance(hour);
    const asked = server.asked;
    await harness.advance(hour);
    expect(server.asked - asked).toBeLessThanOrEqual(6);
    server.isUp = true;
    await harness.advance(16 * minute);
    expect(new Set(statuses(harness, ids))).toEqual(new Set(['completed']));
    expect(outage(harness)).toBeUndefined();
  });

  it('is asked about at once by whoever is told to come back much later', async () => {
    const server = new Server();
    server.error = away({ retryAfterMs: 10 * minute });
    await using harness = await open(server);
    const id = await harness.start('subject');
    await harness.advance(second);
    expect([server.asked, harness.run(id).status]).toEqual([1, 'waiting']);
    await harness.advance(9 * minute);
    expect(server.asked).toBe(1);
    await harness.advance(2 * minute);
    expect(server.asked).toBe(2);
  });

  it('is told by one request that had no first byte in time: nobody waits for that five times', async () => {
    const server = new Server();
    await using harness = await open(server);
    server.answers = slowly(harness, 15 * minute);
    const id = await harness.start('subject');
    await harness.advance(15 * minute + second);
    expect([server.asked, harness.run(id).status]).toEqual([1, 'waiting']);
  });

  it('of before does not keep a run that has no patience from asking, and ends with its answer', async () => {
    const server = new Server();
    server.isUp = true;
    await using harness = await openWithAgents([asking], server.model, { patienceMs: 0, nameOf: () => name });
    harness.database.sqlite
      .prepare('INSERT INTO model_outages (model, since, next_at, tries, reason) VALUES (?, 0, ?, 1, ?)')
      .run(name, harness.clock.now() + hour, 'It was away.');
    expect((await harness.finished(await harness.start('subject'))).status).toBe('completed');
    expect(server.asked).toBe(1);
  });
});

describe('whoever asks for all', () => {
  it('is alone with it, however long the answer takes', async () => {
    const server = new Server();
    await using harness = await open(server);
    const ids = await startMany(harness, 6);
    await harness.advance(hour);
    server.answers = slowly(harness, 20 * minute);
    server.isUp = true;
    while (server.open === 0) await harness.advance(second);
    const asked = server.asked;
    await harness.advance(19 * minute);
    expect([server.asked, server.open]).toEqual([asked, 1]);
    await harness.advance(22 * minute);
    expect(new Set(statuses(harness, ids))).toEqual(new Set(['completed']));
  });

  it('leaves it to the next one when it is cancelled', async () => {
    const server = new Server();
    await using harness = await open(server);
    const ids = await startMany(harness, 2);
    await harness.advance(hour);
    server.answers = slowly(harness, 20 * minute);
    while (server.open === 0) await harness.advance(second);
    const asker = ids.find((id) => harness.run(id).status === 'running') ?? '';
    await harness.order(asker, 'cancel');
    await harness.until(asker, 'cancelled');
    expect(outage(harness)?.next_at).toBeLessThanOrEqual(harness.clock.now());
    server.isUp = true;
    server.answers = () => Promise.resolve();
    const [other = ''] = ids.filter((id) => id !== asker);
    expect((await harness.finished(other)).status).toBe('completed');
  });

  it('has its answer recorded before anybody is woken, and keeps it where nobody can be', async () => {
    const server = new Server();
    await using harness = await open(server);
    const ids = await startMany(harness, 3);
    await harness.advance(hour);
    const { engine } = harness;
    const recorded: boolean[] = [];
    server.isUp = true;
    // Wakes with a time are timers of runs that park.
    harness.engine = {
      ...engine,
      wake: async (runId, options) => {
        if (options?.at !== undefined) return await engine.wake(runId, options);
        recorded.push(
          ids.some((id) => harness.steps(id).some(({ kind, status }) => kind === 'turn' && status === 'done')),
        );
        throw new Error('The engine is away.');
      },
    };
    await harness.advance(16 * minute);
    expect(new Set(recorded)).toEqual(new Set([true]));
    expect(new Set(statuses(harness, ids))).toEqual(new Set(['completed']));
    expect(server.model.requests.filter(({ idempotencyKey }) => idempotencyKey.startsWith(ids[0] ?? '')).length).toBe(
      harness.steps(ids[0] ?? '').find(({ kind }) => kind === 'turn')?.attempt,
    );
  });

  it('that has died leaves its claim, which runs out within a minute', async () => {
    const server = new Server();
    await using harness = await open(server);
    const ids = await startMany(harness, 3);
    await harness.advance(hour);
    // It has claimed the outage, and nobody hears of it again.
    const at = harness.clock.now();
    harness.database.sqlite.prepare('UPDATE model_outages SET next_at = ?').run(at + minute);
    server.isUp = true;
    for (const id of ids) await harness.engine.wake(id);
    await harness.advance(minute + 10 * second);
    expect(new Set(statuses(harness, ids))).toEqual(new Set(['completed']));
  });

  it('E3: where the record of outages cannot be written, asks again instead of failing the run', async () => {
    const server = new Server();
    await using harness = await open(server);
    const { sqlite } = harness.database;
    sqlite.exec("CREATE TEMP TRIGGER full BEFORE INSERT ON model_outages BEGIN SELECT RAISE(ABORT, 'full'); END");
    const id = await harness.start('subject');
    await harness.advance(10 * second);
    expect(harness.run(id).status).toBe('running');
    sqlite.exec('DROP TRIGGER full');
    server.isUp = true;
    await harness.advance(minute);
    expect(harness.run(id).status).toBe('completed');
  });
});
