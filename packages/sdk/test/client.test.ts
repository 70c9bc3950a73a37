import { randomUUIDv7 } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isPerdureError, routes, type Route } from '@perdure/contract';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createHarness, itemsOf, listenHttp, ownerKey, startHello } from '../../server/test/http/harness.ts';
import { createClient, type Client, type WatchItem } from '../src/index.ts';

async function serve(port = 0) {
  const harness = await createHarness();
  const listen = (at: number) =>
    listenHttp(harness.app, { port: at, newId: randomUUIDv7, log: () => undefined, graceMs: 50 });
  let server = await listen(port);
  onTestFinished(() => server.close());
  const url = `http://127.0.0.1:${server.port}`;
  return {
    ...harness,
    url,
    client: createClient({ url, key: ownerKey }),
    /** The server is gone for a moment, with all its connections. */
    restart: async () => {
      await server.close();
      server = await listen(server.port);
    },
  };
}

const numbers = (items: readonly WatchItem[]) =>
  items.flatMap((item) => (item.type === 'event' ? [item.event.seq] : []));
const withCode = (code: Parameters<typeof isPerdureError>[1]) => (error: unknown) => isPerdureError(error, code);

/** Follows a run to its end; `each` sees the items as they come. */
async function follow(client: Client, id: string, each: (item: WatchItem, count: number) => unknown = () => undefined) {
  const items: WatchItem[] = [];
  for await (const item of client.watchRun(id)) {
    items.push(item);
    await each(item, items.length);
  }
  return items;
}

describe('the client', () => {
  test('has a method for every route of the table that answers once', () => {
    const client = createClient({ url: 'http://127.0.0.1:1', key: 'k' });
    const callable = Object.entries<Route>(routes).filter(
      ([, route]) => route.stream === undefined && route.bytes === undefined,
    );
    expect(Object.keys(client).toSorted()).toEqual(
      [...callable.map(([id]) => id), 'watchRun', 'readEvents', 'putBytes', 'getBytes'].toSorted(),
    );
  });

  test('starts, reads, lists and orders runs', async () => {
    const { client, worker } = await serve();
    const { data: run } = await client.startRun({ body: { pipeline: 'hello', input: { name: 'Ada' } } });
    worker.step(run.id, 'greet/once', { result: 'hi' });
    const { data: step } = await client.getRun({ params: { id: `${run.id}/greet/once` } });
    expect(step).toMatchObject({ key: 'greet/once', result: 'hi' });
    expect((await client.listRuns({ query: { pipeline: 'hello', limit: 5 } })).data.map(({ id }) => id)).toEqual([
      run.id,
    ]);
    expect((await client.listRuns()).data).toHaveLength(1);
    expect((await client.pauseRun({ params: { id: run.id } })).data.id).toBe(run.id);
    expect((await client.health()).status).toBe('ok');
  });

  test('steers and forks runs, and lists tools', async () => {
    const { client, worker } = await serve();
    const { data: run } = await client.startRun({
      body: { pipeline: 'hello', input: { name: 'Ada' }, budget: { turns: 3 } },
    });
    expect((await client.steerRun({ params: { id: run.id }, body: { text: 'Shorter.' } })).data.id).toBe(run.id);
    await expect(client.steerRun({ params: { id: run.id }, body: { text: ' ' } })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    worker.step(run.id, 'greet');
    const headers = { 'idempotency-key': 'k' };
    const fork = () => client.forkRun({ params: { id: run.id }, headers, body: { from: 'greet' } });
    const { data: forked } = await fork();
    expect(forked.forkedFrom).toEqual({ runId: run.id, stepKey: 'greet' });
    expect((await fork()).data.id).toBe(forked.id);
    expect((await client.listTools()).data.map(({ id }) => id)).toEqual(['shell']);
  });

  test('lists tasks, shows one, and pages through its log', async () => {
    const { client, taskStore } = await serve();
    const context = { now: Date.now(), actor: 'ada', revision: 'latest' } as const;
    const lease = { holder: 'ada', tokenHash: 'f00d', ttlMs: 60_000 };
    await taskStore.create({ type: 'create', task_id: 'ship', fields: { title: 'Ship', goal: 'Out' }, lease }, context);
    expect((await client.listTasks()).data).toMatchObject([{ task_id: 'ship', state: 'running' }]);
    expect((await client.listTasks({ query: { state: 'failed', archived: 'false' } })).data).toEqual([]);
    expect((await client.getTask({ params: { taskId: 'ship' } })).data).toMatchObject({ title: 'Ship', gaps: [] });
    const first = await client.listTaskEvents({ params: { taskId: 'ship' }, query: { limit: 1 } });
    const rest = await client.listTaskEvents({ params: { taskId: 'ship' }, query: { after: first.next } });
    expect([...first.data, ...rest.data].map(({ type }) => type)).toEqual(['task_created', 'lease_taken']);
    expect(rest.next).toBeUndefined();
    await expect(client.getTask({ params: { taskId: 'SHIP' } })).rejects.toSatisfy(withCode('invalid_input'));
    await expect(client.getTask({ params: { taskId: 'other' } })).rejects.toSatisfy(withCode('not_found'));
  });

  test('runs a pipeline and tells what is done from what is accepted', async () => {
    const { client } = await serve();
    const headers = { 'idempotency-key': 'k' };
    const answer = await client.pipeline({ body: { prompt: 'x', wait: 0 }, headers });
    expect('success' in answer).toBe(false);
    expect((await client.pipeline({ body: { prompt: 'x', wait: 0 }, headers })).runIds).toEqual(answer.runIds);
  });

  test("fails with the server's own code, words and details", async () => {
    const { client, url } = await serve();
    const missing = client.getRun({ params: { id: randomUUIDv7() } });
    await expect(missing).rejects.toSatisfy(withCode('not_found'));
    await expect(missing).rejects.toThrow('There is no run');
    const wrong = client.startRun({ body: { pipeline: 'hello', input: {} } });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_input', details: { field: 'input.name' } });
    const stranger = createClient({ url, key: 'wrong' });
    await expect(stranger.listRuns()).rejects.toSatisfy(withCode('unauthenticated'));
  });

  test('says so when nothing listens, when something else does, and when it was told to stop', async () => {
    const nobody = createClient({ url: 'http://127.0.0.1:1', key: 'k' });
    await expect(nobody.health()).rejects.toSatisfy(withCode('unreachable'));
    await expect(nobody.health()).rejects.toThrow('perdure up');
    await expect(itemsOf(nobody.watchRun('x'))).rejects.toSatisfy(withCode('unreachable'));
    for (const answer of ['<html>', '{"data":[{}]}', '{']) {
      const stranger = createClient({ url: 'http://127.0.0.1:1', key: 'k', fetch: async () => new Response(answer) });
      await expect(stranger.listRuns()).rejects.toSatisfy(withCode('internal'));
    }
    const odd = createClient({
      url: 'http://127.0.0.1:1',
      key: 'k',
      fetch: async () => new Response('no', { status: 502 }),
    });
    await expect(odd.listRuns()).rejects.toThrow('status 502');
    const { client } = await serve();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(client.listRuns({}, { signal })).rejects.toThrow('enough');
  });

  test('never sends the key to where a redirect leads', async () => {
    const seen: (RequestInit | undefined)[] = [];
    const fetch: typeof globalThis.fetch = async (_input, init) => {
      seen.push(init);
      return new Response(null, { status: 404 });
    };
    await createClient({ url: 'http://127.0.0.1:1', key: 'k', fetch })
      .listAgents()
      .catch(() => undefined);
    expect(seen[0]?.redirect).toBe('error');
  });
});

describe('watching a run', () => {
  test('tells each event once, and text, until the run has ended', async () => {
    const harness = await serve();
    const id = await startHello(harness);
    const items = await follow(harness.client, id, (item, count) => {
      if (count === 1) harness.live.publish(id, { type: 'text', key: 'k', delta: 'Hé' });
      if (item.type === 'text') harness.worker.complete(id, null);
    });
    expect(numbers(items)).toEqual([1, 2]);
    expect(items).toContainEqual({ type: 'text', key: 'k', delta: 'Hé' });
  });

  test('loses and repeats nothing over a server that goes away in between', async () => {
    const harness = await serve();
    const id = await startHello(harness);
    let restarts = 0;
    const items = await follow(harness.client, id, async (_item, count) => {
      if (count < 40) harness.worker.append(id, 'run.log', { count });
      if (count % 15 === 0) {
        await harness.restart();
        restarts += 1;
      }
      if (count === 40) harness.worker.complete(id, null);
    });
    expect(restarts).toBe(2);
    expect(numbers(items)).toEqual(items.map((_item, index) => index + 1));
    expect(items.at(-1)).toMatchObject({ event: { type: 'run.completed' } });
  });

  test('goes on behind a failure that was retried', async () => {
    const harness = await serve();
    const id = await startHello(harness);
    harness.worker.fail(id, { code: 'step_failed', message: 'broke' });
    const items = await follow(harness.client, id, async (item) => {
      if (item.type !== 'event') return;
      if (item.event.type === 'run.failed') await harness.client.retryRun({ params: { id } });
      if (item.event.type === 'run.retried') harness.worker.complete(id, null);
    });
    expect(items.flatMap((item) => (item.type === 'event' ? [item.event.type] : []))).toEqual([
      'run.queued',
      'run.failed',
      'run.retried',
      'run.completed',
    ]);
  });

  test('starts behind `after`, and is empty when everything was seen', async () => {
    const harness = await serve();
    const id = await startHello(harness);
    harness.worker.complete(id, null);
    const after = async (seq: number) => numbers(await itemsOf(harness.client.watchRun(id, { after: seq })));
    expect(await after(1)).toEqual([2]);
    expect(await after(2)).toEqual([]);
  });

  test('gives up on a server that stays away, and stops when told to', async () => {
    const harness = await serve();
    const id = await startHello(harness);
    const gone = createClient({
      url: harness.url,
      key: ownerKey,
      fetch: (input, init) => (calls++ === 0 ? fetch(input, init) : Promise.reject(new TypeError('refused'))),
    });
    let calls = 0;
    const watch = gone.watchRun(id, { giveUpAfterMs: 1 });
    expect((await watch.next()).value).toMatchObject({ type: 'event' });
    harness.closing.abort();
    await expect(watch.next()).rejects.toSatisfy(withCode('unreachable'));
    const stop = new AbortController();
    const second = await serve();
    const stopped = second.client.watchRun(await startHello(second), { signal: stop.signal });
    await stopped.next();
    const next = stopped.next();
    stop.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
  });

  test.each([
    ['gives nothing', ''],
    ['gives only heartbeats', ': still here\n\n'],
  ])('asks a server that %s ever more rarely', async (_what, body) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    let calls = 0;
    const stop = new AbortController();
    const headers = { 'content-type': 'text/event-stream' };
    const fetch = () => {
      calls += 1;
      return Promise.resolve(new Response(body, { headers }));
    };
    const client = createClient({ url: 'http://127.0.0.1:1', key: 'k', fetch });
    const next = client.watchRun(randomUUIDv7(), { signal: stop.signal }).next();
    const ended = expect(next).rejects.toThrow('enough');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(calls).toBeGreaterThan(2);
    expect(calls).toBeLessThan(7);
    stop.abort(new Error('enough'));
    await ended;
  });

  test('of a server that answers with something else than events fails as such', async () => {
    const client = createClient({ url: 'http://127.0.0.1:1', key: 'k', fetch: async () => Response.json({}) });
    await expect(itemsOf(client.watchRun(randomUUIDv7()))).rejects.toThrow('no stream of events');
  });

  test('of a run that does not exist fails as such', async () => {
    const { client } = await serve();
    await expect(itemsOf(client.watchRun(randomUUIDv7()))).rejects.toSatisfy(withCode('not_found'));
  });
});

describe('reading the events of a run', () => {
  test('gives what is recorded by now, also of a run that goes on', async () => {
    const harness = await serve();
    const id = await startHello(harness);
    for (let i = 0; i < 450; i += 1) harness.worker.append(id, 'run.log', { i });
    const seen = (await harness.client.readEvents(id)).map(({ seq }) => seq);
    expect(seen).toEqual(Array.from({ length: 451 }, (_, i) => i + 1));
    harness.worker.complete(id, null);
    expect((await harness.client.readEvents(id)).at(-1)).toMatchObject({ seq: 452, type: 'run.completed' });
  });

  test('fails where the server goes away before all of them came, and for a run that is none', async () => {
    const { client } = await serve();
    await expect(client.readEvents(randomUUIDv7())).rejects.toSatisfy(withCode('not_found'));
    const body = ': hello\n\n';
    const cut = createClient({
      url: 'http://127.0.0.1:1',
      key: 'k',
      fetch: async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
    });
    await expect(cut.readEvents('x')).rejects.toSatisfy(withCode('unreachable'));
  });
});

async function silentServer(): Promise<string> {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a server that takes the connection and says nothing', () => {
  test('is given up in a sentence, after a while', async () => {
    const client = createClient({ url: await silentServer(), key: 'k', patienceMs: 50 });
    await expect(client.listRuns({})).rejects.toSatisfy(withCode('timeout'));
  });

  test('is waited for where the answer may take as long as the work', async () => {
    const client = createClient({ url: await silentServer(), key: 'k', patienceMs: 50 });
    const given = AbortSignal.timeout(300);
    const asked = client.pipeline({ body: { prompt: 'x' } }, { signal: given });
    await expect(asked).rejects.toSatisfy((error) => given.aborted && !isPerdureError(error));
  });
});
