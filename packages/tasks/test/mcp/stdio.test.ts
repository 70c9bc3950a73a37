import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { until } from '@perdure/testing';
import { describe, expect, test } from 'vitest';
import { serveStdio, type Streams } from '../../src/mcp/index.ts';
import { createPlanned, openBench, plan, proof, type Bench } from './support.ts';

interface Reply {
  readonly id: string | number | null;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly data?: unknown };
}

/** A client at the other end of the streams. */
function connect({ server }: Pick<Bench, 'server'>, streams: Pick<Streams, 'everyFewSeconds'> = {}) {
  const input = new PassThrough();
  const replies: Reply[] = [];
  const served = serveStdio(server, { ...streams, input, write: (text) => replies.push(JSON.parse(text) as Reply) });
  return {
    replies,
    send: (message: object | string) =>
      void input.write(`${typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...message })}\n`),
    end: async () => {
      input.end();
      await served;
    },
    input,
  };
}

const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };

const request = (id: number, method: string) => ({ jsonrpc: '2.0', id, method });

/** Calls when the test says so. */
function handPulse() {
  const tells = new Set<(seconds: number) => void>();
  const everyFewSeconds = (tell: (seconds: number) => void): Disposable => {
    tells.add(tell);
    return { [Symbol.dispose]: () => void tells.delete(tell) };
  };
  return { everyFewSeconds, beat: (seconds: number) => tells.forEach((tell) => tell(seconds)) };
}

/** A check that ends when the test says so. */
async function checking(meta: object) {
  const bench = await openBench();
  const task = await createPlanned(bench);
  const pulse = handPulse();
  const client = connect(bench, pulse);
  const [begun, go] = [join(bench.project, 'begun'), join(bench.project, 'go')];
  const command = ['sh', '-c', `touch ${begun}; until [ -e ${go} ]; do sleep 0.01; done`];
  const params = { name: 'perdure_verify', arguments: { ...task, ...proof, command }, ...meta };
  client.send({ id: 1, method: 'tools/call', params });
  await until(() => existsSync(begun), { what: 'the check runs' });
  return { client, pulse, end: () => writeFileSync(go, '') };
}

const stateless = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  },
};

describe('a client of 2025-11-25', () => {
  test('shakes hands, lists, calls and pings; what it does not know is refused and notifications are not answered', async () => {
    const client = connect(await openBench());
    client.send({ id: 1, method: 'initialize', params: hello });
    client.send({ method: 'notifications/initialized' });
    client.send({ id: 'two', method: 'tools/list' });
    client.send({ id: 3, method: 'ping' });
    client.send({ id: 4, method: 'resources/list' });
    client.send({ id: 5, method: 'tools/call', params: { name: 'perdure_rm', arguments: {} } });
    await until(() => client.replies.length === 5, { what: 'five answers' });
    client.send({ id: 6, method: 'tools/call', params: { name: 'perdure_create', arguments: plan } });
    await until(() => client.replies.length === 6, { what: 'the sixth' });
    await client.end();
    const of = (id: string | number) => client.replies.find((reply) => reply.id === id);
    expect(of(1)?.result).toMatchObject({ protocolVersion: '2025-11-25', serverInfo: { name: 'perdure' } });
    expect(of('two')?.result?.['tools']).toHaveLength(7);
    expect(of('two')?.result).not.toHaveProperty('resultType');
    expect(of(3)?.result).toEqual({});
    expect(of(4)?.error?.code).toBe(-32_601);
    expect(of(5)?.error?.code).toBe(-32_602);
    expect(of(6)?.result).toMatchObject({ content: [{ type: 'text' }], structuredContent: { task_id: 'release-1' } });
  });

  test('is offered the newest revision where it asks for one that nobody knows', async () => {
    const client = connect(await openBench());
    client.send({ id: 1, method: 'initialize', params: { ...hello, protocolVersion: '1999-01-01' } });
    await client.end();
    expect(client.replies[0]?.result?.['protocolVersion']).toBe('2025-11-25');
  });

  test('a refusal is a result that the model reads, not an error of the protocol', async () => {
    const client = connect(await openBench());
    client.send({ id: 1, method: 'tools/call', params: { name: 'perdure_boundary', arguments: { task_id: 'none' } } });
    await until(() => client.replies.length === 1, { what: 'the answer' });
    await client.end();
    expect(client.replies[0]).toMatchObject({ id: 1, result: { isError: true } });
  });
});

describe('a client of 2026-07-28', () => {
  test('needs no handshake, and every result says that it is complete', async () => {
    const client = connect(await openBench());
    client.send({ id: 1, method: 'server/discover', params: stateless });
    client.send({ id: 2, method: 'tools/list', params: stateless });
    client.send({ id: 3, method: 'tools/call', params: { ...stateless, name: 'perdure_create', arguments: plan } });
    await until(() => client.replies.length === 3, { what: 'three answers' });
    await client.end();
    for (const { result } of client.replies) expect(result).toMatchObject({ resultType: 'complete' });
    expect(client.replies[0]?.result).toMatchObject({ supportedVersions: ['2026-07-28'], cacheScope: 'private' });
  });

  test('that states another revision is told which one is served', async () => {
    const client = connect(await openBench());
    const other = { _meta: { ...stateless._meta, 'io.modelcontextprotocol/protocolVersion': '2031-01-01' } };
    client.send({ id: 1, method: 'tools/list', params: other });
    await client.end();
    expect(client.replies[0]?.error).toMatchObject({ code: -32_022, data: { supported: ['2026-07-28'] } });
  });

  test('is refused what its revision has no more, and a request that does not say what it can', async () => {
    const client = connect(await openBench());
    const { 'io.modelcontextprotocol/clientCapabilities': _, ...silent } = stateless._meta;
    client.send({ id: 1, method: 'ping', params: stateless });
    client.send({ id: 2, method: 'initialize', params: stateless });
    client.send({ id: 3, method: 'tools/list', params: { _meta: silent } });
    await client.end();
    expect(client.replies.map(({ error }) => error?.code)).toEqual([-32_601, -32_601, -32_602]);
  });
});

test.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])(
  'revision %s is served as asked',
  async (version) => {
    const client = connect(await openBench());
    client.send({ id: 1, method: 'initialize', params: { ...hello, protocolVersion: version } });
    await client.end();
    expect(client.replies[0]?.result?.['protocolVersion']).toBe(version);
  },
);

test('the tools are listed in the same bytes in every revision, as they were described', async () => {
  const bench = await openBench({ tools: 'all' });
  for (const params of [{}, stateless]) {
    const client = connect(bench);
    client.send({ id: 1, method: 'tools/list', params });
    await client.end();
    expect(JSON.stringify(client.replies[0]?.result?.['tools'])).toBe(JSON.stringify(bench.server.list()));
  }
});

test('what breaks in a tool is told without its words, which may hold anything, and logged', async () => {
  const bench = await openBench();
  const broken = { ...bench.server, call: async () => await Promise.reject(new Error('the disk is on fire')) };
  const client = connect({ server: broken });
  client.send({ id: 1, method: 'tools/call', params: { name: 'perdure_boundary', arguments: {} } });
  await client.end();
  expect(client.replies[0]?.error?.code).toBe(-32_603);
  expect(JSON.stringify(client.replies)).not.toContain('fire');
  expect(bench.log).toEqual(['tools/call perdure_boundary: the disk is on fire']);
});

test('a request whose id is no whole number is refused, for nobody could be answered by it', async () => {
  const client = connect(await openBench());
  client.send({ id: 1.5, method: 'ping' });
  await client.end();
  expect(client.replies).toMatchObject([{ id: null, error: { code: -32_600 } }]);
});

test('a cursor that nobody gave is refused', async () => {
  const client = connect(await openBench());
  client.send({ id: 1, method: 'tools/list', params: { cursor: 'made-up' } });
  await client.end();
  expect(client.replies[0]?.error?.code).toBe(-32_602);
});

describe('several messages in one line, as revision 2025-03-26 has them', () => {
  test('are answered in one line; what is none of them is told in its place', async () => {
    const client = connect(await openBench());
    const batch = [request(1, 'ping'), { jsonrpc: '2.0', method: 'notifications/initialized' }, 5, request(2, 'ping')];
    client.send(JSON.stringify(batch));
    await client.end();
    const [replies = []] = client.replies as unknown as readonly (readonly Reply[])[];
    expect(replies.map(({ id, error }) => [id, error?.code])).toEqual([
      [1, undefined],
      [null, -32_600],
      [2, undefined],
    ]);
  });

  test('are not answered at all where none of them asks for anything', async () => {
    const client = connect(await openBench());
    client.send(JSON.stringify([{ jsonrpc: '2.0', method: 'notifications/initialized' }]));
    await client.end();
    expect(client.replies).toEqual([]);
  });
});

describe('a client that asks to hear of progress', () => {
  test('hears while a check runs, with its token and a number that grows, and nothing after the answer', async () => {
    const { client, pulse, end } = await checking({ _meta: { progressToken: 'p' } });
    pulse.beat(5);
    pulse.beat(10);
    end();
    await until(() => client.replies.length === 3, { what: 'the answer' });
    pulse.beat(15);
    await client.end();
    const told = client.replies as unknown as readonly Readonly<Record<string, unknown>>[];
    expect(told.slice(0, 2)).toMatchObject([
      { method: 'notifications/progress', params: { progressToken: 'p', progress: 5 } },
      { method: 'notifications/progress', params: { progressToken: 'p', progress: 10 } },
    ]);
    expect(told[2]).toMatchObject({ id: 1, result: {} });
    expect(told).toHaveLength(3);
  });

  test('hears nothing after it has cancelled, and who did not ask hears nothing at all', async () => {
    const asked = await checking({ _meta: { progressToken: 7 } });
    asked.client.send({ method: 'notifications/cancelled', params: { requestId: 1 } });
    asked.client.send({ id: 2, method: 'ping' });
    await until(() => asked.client.replies.length === 1, { what: 'the ping is answered' });
    asked.pulse.beat(5);
    await asked.client.end();
    expect(asked.client.replies.map(({ id }) => id)).toEqual([2]);

    const silent = await checking({});
    silent.pulse.beat(5);
    silent.end();
    await until(() => silent.client.replies.length === 1, { what: 'the answer' });
    await silent.client.end();
    expect(silent.client.replies[0]).toMatchObject({ id: 1 });
  });
});

describe('the stream', () => {
  test('a line that is too long is answered to the request that it was, and the next is read', async () => {
    const client = connect(await openBench());
    const padding = 'x'.repeat(5 * 1024 * 1024);
    client.send(`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"${padding}"}}`);
    client.send(`{"method":"ping","params":{"id":99,"a":"${padding}"},"jsonrpc":"2.0","id":"two"}`);
    client.send(`{"method":"ping","params":{"a":"${padding}","id":99}}`);
    client.send({ id: 4, method: 'ping' });
    await client.end();
    expect(client.replies.map(({ id, error }) => [id, error?.code])).toEqual([
      [1, -32_600],
      ['two', -32_600],
      [null, -32_600],
      [4, undefined],
    ]);
  });

  test('garbage is answered with an error and ends nothing, and lines may come in pieces', async () => {
    const client = connect(await openBench());
    client.send('{"jsonrpc":');
    client.send('[]');
    client.send('{"jsonrpc":"1.0","id":7,"method":"ping"}');
    client.send('{"jsonrpc":"2.0","id":8,"result":{}}');
    client.send('');
    client.input.write('{"jsonrpc":"2.0","id":"ä');
    client.input.write('","method":"ping"}\n');
    await client.end();
    expect(client.replies.map(({ id, error }) => [id, error?.code])).toEqual([
      [null, -32_700],
      [null, -32_600],
      [7, -32_600],
      ['ä', undefined],
    ]);
  });

  test('a check that takes long keeps nobody waiting, and is ended when the client cancels it or goes', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    const client = connect(bench);
    const verify = (file: string) => {
      const command = ['sh', '-c', `touch ${file}; exec sleep 300`];
      return { name: 'perdure_verify', arguments: { ...task, ...proof, command } };
    };
    const [first, second] = [join(bench.project, 'first'), join(bench.project, 'second')];
    client.send({ id: 1, method: 'tools/call', params: verify(first) });
    await until(() => existsSync(first), { what: 'the check runs' });
    client.send({ id: 2, method: 'ping' });
    await until(() => client.replies.some(({ id }) => id === 2), { what: 'the ping is answered' });
    client.send({ method: 'notifications/cancelled', params: { requestId: 1 } });
    client.send({ id: 3, method: 'tools/call', params: verify(second) });
    await until(() => existsSync(second), { what: 'the next check runs' });
    await client.end();
    expect(client.replies.map(({ id, error }) => [id, error?.code])).toEqual([
      [2, undefined],
      [3, -32_603],
    ]);
    expect(bench.log).toEqual([]);
    expect((await bench.store.get('release-1'))?.evidence).toEqual([]);
  });

  test('a request with an empty id is answered, whatever comes after it', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    const client = connect(bench);
    const file = join(bench.project, 'go');
    const command = ['sh', '-c', `until [ -e ${file} ]; do sleep 0.01; done`];
    const params = { name: 'perdure_verify', arguments: { ...task, ...proof, command } };
    client.send({ id: '', method: 'tools/call', params });
    client.send({ id: 2, method: 'ping' });
    await until(() => client.replies.length === 1, { what: 'the ping is answered' });
    writeFileSync(file, '');
    await until(() => client.replies.length === 2, { what: 'the check is answered' });
    await client.end();
    expect(client.replies[1]).toMatchObject({ id: '', result: { structuredContent: { passed: true } } });
  });
});
