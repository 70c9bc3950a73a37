import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { until } from '@perdure/testing';
import { describe, expect, test } from 'vitest';
import { serveStdio } from '../../src/mcp/index.ts';
import { createPlanned, openBench, plan, proof, type Bench } from './support.ts';

interface Reply {
  readonly id: string | number | null;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly data?: unknown };
}

/** A client at the other end of the streams. */
function connect({ server }: Pick<Bench, 'server'>) {
  const input = new PassThrough();
  const replies: Reply[] = [];
  const served = serveStdio(server, { input, write: (text) => replies.push(JSON.parse(text) as Reply) });
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

const stateless = { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } };

describe('a client of 2025-11-25', () => {
  test('shakes hands, lists, calls and pings; what it does not know is refused and notifications are not answered', async () => {
    const client = connect(await openBench());
    const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
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
    client.send({ id: 1, method: 'initialize', params: { protocolVersion: '1999-01-01' } });
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
    const other = { _meta: { 'io.modelcontextprotocol/protocolVersion': '2031-01-01' } };
    client.send({ id: 1, method: 'tools/list', params: other });
    await client.end();
    expect(client.replies[0]?.error).toMatchObject({ code: -32_022, data: { supported: ['2026-07-28'] } });
  });
});

describe('the stream', () => {
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
