import { describe, expect, test } from 'vitest';
import { runEventSchema, type WireRunEvent } from '@perdure/contract';
import { createHarness, eventually, itemsOf, startHello, type Harness } from './harness.ts';

interface Frame {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
}

/** Reads a stream frame by frame; comments and `retry` are frames without data. */
async function* framesOf(response: Response): AsyncGenerator<Frame, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      yield Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2))) as Frame;
    }
  }
  expect(rest).toBe('');
}

async function* eventsOf(response: Response): AsyncGenerator<WireRunEvent, void> {
  for await (const { id, event, data } of framesOf(response)) {
    if (data === undefined || event === 'text') continue;
    const parsed = runEventSchema.parse(JSON.parse(data));
    expect([String(parsed.seq), parsed.type]).toEqual([id, event]);
    yield parsed;
  }
}

const open = (harness: Harness, runId: string, headers: Record<string, string> = {}) =>
  harness.request('GET', `/api/v1/runs/${runId}/events`, { headers });
const collect = async (response: Response) => (await itemsOf(eventsOf(response))).map((event) => event.seq);

describe('the event stream', () => {
  test('tells all events in order and ends with the run', async () => {
    const harness = await createHarness();
    const id = await startHello(harness);
    harness.worker.append(id, 'run.started');
    harness.worker.complete(id, null);
    const response = await open(harness, id);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = await itemsOf(eventsOf(response));
    expect(events.map((event) => event.type)).toEqual(['run.queued', 'run.started', 'run.completed']);
  });

  test('has no gap and no duplicate while events are appended, wherever a client comes back', async () => {
    const harness = await createHarness();
    const id = await startHello(harness);
    const total = 600;
    const seen: number[] = [];
    let appended = 1;
    const append = () => {
      for (let i = 0; i < 7 && appended < total; i += 1, appended += 1) harness.worker.append(id, 'run.log', { i });
    };
    while (seen.length < total) {
      const response = await open(harness, id, seen.length > 0 ? { 'last-event-id': String(seen.at(-1)) } : {});
      let taken = 0;
      for await (const { seq } of eventsOf(response)) {
        seen.push(seq);
        append();
        taken += 1;
        // A client that loses its connection at an odd place, again and again.
        if (taken === 43 || seen.length === total) break;
      }
    }
    expect(seen).toEqual(Array.from({ length: total }, (_, i) => i + 1));
  });

  test('loses nothing when not a single nudge arrives', async () => {
    const harness = await createHarness({
      live: { subscribe: () => () => undefined, publish: () => undefined },
      heartbeatMs: 20,
    });
    const id = await startHello(harness);
    const collected = collect(await open(harness, id));
    for (let i = 0; i < 50; i += 1) harness.worker.append(id, 'run.log', { i });
    harness.worker.complete(id, null);
    expect(await collected).toEqual(Array.from({ length: 52 }, (_, i) => i + 1));
  });

  test('tells a commit of another process without any nudge of it', async () => {
    const harness = await createHarness();
    const id = await startHello(harness);
    const events = eventsOf(await open(harness, id));
    expect((await events.next()).value).toMatchObject({ type: 'run.queued' });
    const next = events.next();
    harness.worker.append(id, 'run.started');
    expect((await next).value).toMatchObject({ type: 'run.started', seq: 2 });
    await events.return();
  });

  test('says once, behind all that is recorded, that it is up to date, and goes on with what comes', async () => {
    const harness = await createHarness();
    const id = await startHello(harness);
    // More than one batch.
    for (let i = 0; i < 450; i += 1) harness.worker.append(id, 'run.log', { i });
    const frames = framesOf(await open(harness, id));
    let events = 0;
    for await (const frame of frames) {
      if ('' in frame) break;
      if (frame.id !== undefined) events += 1;
      if (events === 451) harness.worker.complete(id, null);
    }
    expect(events).toBe(451);
  });

  test('says with 204 that nothing more will come', async () => {
    const harness = await createHarness();
    const id = await startHello(harness);
    harness.worker.complete(id, null);
    expect((await open(harness, id, { 'last-event-id': '1' })).status).toBe(200);
    expect((await open(harness, id, { 'last-event-id': '2' })).status).toBe(204);
  });

  test('passes text on without a number, joined per step', async () => {
    const harness = await createHarness();
    const id = await startHello(harness);
    const frames = framesOf(await open(harness, id));
    for (let i = 0; i < 3; i += 1) await frames.next();
    const next = frames.next();
    for (const delta of ['Hel', 'lo']) harness.live.publish(id, { type: 'text', key: 'greeter/turn-1', delta });
    expect((await next).value).toEqual({ event: 'text', data: '{"key":"greeter/turn-1","delta":"Hello"}' });
    await frames.return();
  });

  test('shows that it lives while nothing happens', async () => {
    const harness = await createHarness({ heartbeatMs: 10 });
    const id = await startHello(harness);
    const frames = framesOf(await open(harness, id, { 'last-event-id': '1' }));
    for (let i = 0; i < 2; i += 1) await frames.next();
    expect((await frames.next()).value).toEqual({ '': 'still here' });
    await frames.return();
  });

  test('keeps little for a client that does not read, and lets go of one that went away', async () => {
    let watchers = 0;
    const listeners = new Set<(signal: { type: 'text'; key: string; delta: string }) => void>();
    const harness = await createHarness({
      live: {
        subscribe: (_runId, listener) => {
          watchers += 1;
          listeners.add(listener);
          return () => void (watchers -= 1);
        },
        publish: () => undefined,
      },
    });
    const id = await startHello(harness);
    const client = new AbortController();
    const response = await harness.request('GET', `/api/v1/runs/${id}/events`, { signal: client.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    expect(watchers).toBe(1);
    for (let i = 0; i < 100; i += 1)
      for (const tell of listeners) tell({ type: 'text', key: 'k', delta: 'x'.repeat(10_000) });
    const { value } = await reader.read();
    expect(value?.byteLength).toBeLessThan(70_000);
    const pending = reader.read();
    client.abort();
    await pending.catch(() => undefined);
    await eventually('the subscription ended', () => watchers === 0);
  });

  test('ends when the server closes', async () => {
    const harness = await createHarness();
    const collected = collect(await open(harness, await startHello(harness)));
    harness.closing.abort();
    expect((await collected).length).toBeLessThanOrEqual(1);
  });

  test('of a HEAD request watches nothing', async () => {
    let watchers = 0;
    const harness = await createHarness({
      live: { subscribe: () => ((watchers += 1), () => undefined), publish: () => undefined },
    });
    const id = await startHello(harness);
    expect((await harness.request('HEAD', `/api/v1/runs/${id}/events`)).status).toBe(200);
    expect(watchers).toBe(0);
  });

  test('refuses a Last-Event-ID that is none, and a run that is none', async () => {
    const harness = await createHarness();
    const id = await startHello(harness);
    expect((await open(harness, id, { 'last-event-id': 'x' })).status).toBe(400);
    expect((await open(harness, '01890000-0000-7000-8000-000000000000')).status).toBe(404);
  });
});
