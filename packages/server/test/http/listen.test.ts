import { randomUUIDv7 } from 'node:crypto';
import { statSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { tempFolder } from '@perdure/testing/after-test';
import { describe, expect, onTestFinished, test } from 'vitest';
import { errorBodySchema, isPerdureError, maxBodyBytes } from '@perdure/contract';
import { listenHttp } from '../../src/http/listen.ts';
import { createHarness, eventually, itemsOf, ownerKey, startHello } from './harness.ts';

async function listening(options: Parameters<typeof createHarness>[0] = {}) {
  const harness = await createHarness(options);
  const server = await listenHttp(harness.app, { port: 0, newId: randomUUIDv7, log: harness.options.log });
  onTestFinished(async () => {
    harness.closing.abort();
    await server.close();
  });
  const url = `http://127.0.0.1:${server.port}`;
  return { ...harness, server, url, headers: { authorization: `Bearer ${ownerKey}` } };
}

/** Sends bytes as they are and gives all that comes back. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(text);
  return (await itemsOf(socket as AsyncIterable<Buffer>)).map(String).join('');
}

describe('the listening server', () => {
  test('serves over a socket', async () => {
    const { url, headers } = await listening();
    expect((await fetch(`${url}/api/v1/runs`, { headers })).status).toBe(200);
  });

  test('serves over a unix socket too, which is for its own account alone and goes with it', async () => {
    const harness = await createHarness();
    const socketPath = join(tempFolder(), 'server.sock');
    const options = { port: 0, socket: socketPath, newId: randomUUIDv7, log: harness.options.log };
    const server = await listenHttp(harness.app, options);
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const headers = { host: '127.0.0.1', authorization: `Bearer ${ownerKey}` };
    request({ socketPath, path: '/api/v1/runs', headers }, (response) => resolve(response.resume().statusCode)).end();
    expect(await promise).toBe(200);
    await server.close();
    expect(() => statSync(socketPath)).toThrow('ENOENT');
  });

  test('a client that leaves an event stream is no failure worth a line in the log', async () => {
    const left = Promise.withResolvers<void>();
    const live = { subscribe: () => left.resolve, publish: () => undefined };
    const harness = await listening({ live });
    const { url, headers, logged } = harness;
    const id = await startHello(harness);
    const client = new AbortController();
    const response = await fetch(`${url}/api/v1/runs/${id}/events`, { headers, signal: client.signal });
    await response.body?.getReader().read();
    client.abort();
    await left.promise;
    // The stream ends in the steps that follow the end of its subscription.
    await new Promise((resolve) => setImmediate(resolve));
    expect(logged).toEqual([]);
  });

  test('a port in use is an error that names it and the flag', async () => {
    const { app, server } = await listening();
    const again = listenHttp(app, { port: server.port, newId: randomUUIDv7, log: () => undefined });
    await expect(again).rejects.toSatisfy((error) => isPerdureError(error, 'port_busy'));
    await expect(again).rejects.toThrow(new RegExp(`${server.port}.*--port`));
  });

  test.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['a bad Host', 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
    [
      'a foreign absolute address',
      'GET http://evil.example/health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    ],
    ['no Host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['an expectation', 'GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: the-best\r\n\r\n'],
    ['a proxy', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n'],
    ['a backslash in the path', 'GET /\\..\\x HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n'],
  ])('%s is refused with the error body, and with the headers of any answer', async (_name, text) => {
    const { server } = await listening();
    const [head = '', body = ''] = (await raw(server.port, text)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 4(?:0[0135]|17)/);
    // As every answer does, so that one can be asked after by its id, and none is kept.
    for (const name of ['cache-control: no-store', 'x-content-type-options: nosniff', 'x-request-id: ']) {
      expect(head.toLowerCase()).toContain(name);
    }
    errorBodySchema.parse(JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)));
  });

  test('a client that goes away in the middle of a body is no failure worth a line in the log', async () => {
    const { app, options, logged } = await createHarness();
    const begun = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    const fetch = app.fetch.bind(app);
    const watched: typeof app = Object.assign(app, {
      fetch: async (...request: Parameters<typeof fetch>) => {
        const answer = fetch(...request);
        begun.resolve();
        await answer;
        answered.resolve();
        return await answer;
      },
    });
    const server = await listenHttp(watched, { port: 0, newId: randomUUIDv7, log: options.log });
    onTestFinished(() => server.close());
    const socket = connect(server.port, '127.0.0.1');
    const head = ['POST /pipeline HTTP/1.1', 'Host: 127.0.0.1', `Authorization: Bearer ${ownerKey}`];
    socket.write([...head, 'Content-Type: application/json', 'Content-Length: 1000', '', '{"prompt":'].join('\r\n'));
    await begun.promise;
    socket.resetAndDestroy();
    await answered.promise;
    expect(logged).toEqual([]);
  });

  test('a body too large is refused while it is being sent', async () => {
    const { url, headers } = await listening();
    const response = await fetch(`${url}/pipeline`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: new Blob(['x'.repeat(maxBodyBytes + 1)]).stream(),
      duplex: 'half',
    });
    expect(response.status).toBe(413);
    expect(errorBodySchema.parse(await response.json()).code).toBe('too_large');
  });

  test('a watcher that hangs up ends its subscription', async () => {
    const harness = await listening();
    const id = await startHello(harness);
    const client = new AbortController();
    let ended = 0;
    const subscribe = harness.live.subscribe.bind(harness.live);
    Object.assign(harness.live, {
      subscribe: (...args: Parameters<typeof subscribe>) => {
        const end = subscribe(...args);
        return () => ((ended += 1), end());
      },
    });
    const response = await fetch(`${harness.url}/api/v1/runs/${id}/events`, {
      headers: harness.headers,
      signal: client.signal,
    });
    await response.body?.getReader().read();
    client.abort();
    await eventually('the subscription ended', () => ended === 1);
  });

  test('closing ends streams and refuses new connections', async () => {
    const harness = await listening();
    const id = await startHello(harness);
    const response = await fetch(`${harness.url}/api/v1/runs/${id}/events`, { headers: harness.headers });
    const text = response.text();
    harness.closing.abort();
    await harness.server.close();
    expect(await text).toContain('retry');
    await expect(fetch(`${harness.url}/health`)).rejects.toThrow();
  });
});
