/** A proxy that ends TLS, on this machine and on another, and who pretends to be one. */

import { randomUUIDv7 } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { PublicAccess } from '@perdure/home';
import { until } from '@perdure/testing';
import { expect, onTestFinished, test } from 'vitest';
import { listenHttp } from '../../src/http/listen.ts';
import { openPublicWays } from '../../src/public-door.ts';
import { createHarness } from './harness.ts';

const url = 'https://hub.example.com';

async function createProxyWorld(access: PublicAccess) {
  const harness = await createHarness();
  const log = (message: string) => void harness.logged.push(message);
  const ways = openPublicWays(access, { log, clock: Date.now });
  const server = await listenHttp(harness.app, { ...ways, port: 0, newId: randomUUIDv7, log });
  ways.start(server.beyond);
  onTestFinished(async () => {
    ways.close();
    await server.close();
  });
  /** As the proxy does it: the name that it was asked for, and its client at the end. */
  const pass = async (from: string, headers: Record<string, string> = {}, place: object = { port: server.port }) => {
    const said = { host: 'hub.example.com', 'x-forwarded-for': from, 'x-forwarded-proto': 'https', ...headers };
    const call = request({ host: '127.0.0.1', agent: false, path: '/api/v1/runs', headers: said, ...place });
    call.end();
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    return { status: response.statusCode, body: await text(response) };
  };
  return { ...harness, server, pass };
}

const wrong = { authorization: 'Bearer wrong' };

test('wrong keys are counted by the client that the proxy names, and by no name that the client sends', async () => {
  const { pass } = await createProxyWorld({ proxy: { url, addresses: [] } });
  const guess = async (from: string) => (await pass(from, wrong)).status;
  const statuses: unknown[] = [];
  for (let n = 0; n < 11; n += 1) statuses.push(await guess(`203.0.113.${n}, 198.51.100.1`));
  expect([statuses[0], statuses.at(-1)]).toEqual([401, 429]);
  expect(await guess('198.51.100.1, 198.51.100.2')).toBe(401);
  expect(await guess('198.51.100.1')).toBe(429);
});

test('who comes to loopback itself is counted as itself, whatever it says', async () => {
  const { server } = await createProxyWorld({});
  const statuses: unknown[] = [];
  for (let n = 0; n < 12; n += 1) {
    const headers = { ...wrong, 'x-forwarded-for': `203.0.113.${n}` };
    statuses.push((await fetch(`http://127.0.0.1:${server.port}/api/v1/runs`, { headers })).status);
  }
  expect([statuses[0], statuses.at(-1)]).toEqual([401, 429]);
});

test('where the proxy comes from another machine its addresses alone get a connection', async () => {
  const proxy = { url, addresses: ['127.0.0.2', '127.9.0.0/16', '::1'] };
  const { server, pass, logged } = await createProxyWorld({ door: { host: '127.0.0.1', port: 0 }, proxy });
  const { port = 0 } = server.beyond ?? {};
  for (const localAddress of ['127.0.0.2', '127.9.7.7']) {
    expect((await pass('203.0.113.1', wrong, { port, localAddress })).status).toBe(401);
  }
  for (const localAddress of ['127.0.0.1', '127.0.0.3', '127.8.0.1']) {
    const stranger = connect({ host: '127.0.0.1', port, localAddress });
    stranger.on('error', () => undefined).resume();
    stranger.write('GET /health HTTP/1.1\r\nHost: hub.example.com\r\n\r\n');
    await until(() => stranger.closed, { what: `the connection of ${localAddress} is closed` });
    expect(stranger.bytesRead).toBe(0);
  }
  expect((await pass('203.0.113.1', { ...wrong, host: '127.0.0.1' }, { port, localAddress: '127.0.0.2' })).status).toBe(
    403,
  );
  expect(logged).toEqual([]);
});
