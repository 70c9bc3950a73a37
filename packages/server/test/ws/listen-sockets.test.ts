/** Sockets over a network, where that matters: the request to become one, bytes that are no frames, the end. */

import { randomBytes } from 'node:crypto';
import { connect as connectTo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { socketPath } from '../../src/ws/listen-sockets.ts';
import { eventually } from '../http/harness.ts';
import { createTestTls, listen } from './listening-world.ts';

/** A client of another implementation than ours: it keeps what it is sent. */
function open(url: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(url, { headers });
  onTestFinished(() => socket.terminate());
  const frames: { readonly type: string }[] = [];
  const state: { code?: number; status?: number } = {};
  socket.on('message', (data: Buffer) => void frames.push(JSON.parse(data.toString('utf8')) as { type: string }));
  socket.on('close', (code: number) => Object.assign(state, { code }));
  socket.on('unexpected-response', (_request: unknown, response: { statusCode: number }) =>
    Object.assign(state, { status: response.statusCode }),
  );
  socket.on('error', () => undefined);
  const isOpen = new Promise<void>((resolve) => socket.on('open', () => resolve()));
  return { socket, frames, state, isOpen };
}

async function enter(url: string, key: string) {
  const client = open(url);
  await client.isOpen;
  client.socket.send(JSON.stringify({ type: 'auth', apiKey: key }));
  client.socket.send(JSON.stringify({ type: 'ping' }));
  await eventually('authenticated', () => client.frames.some(({ type }) => type === 'pong'));
  return client;
}

/** What a server answers to bytes. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connectTo(port, '127.0.0.1');
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

test('an upgrade without Origin and Authorization succeeds, and a message comes in milliseconds', async () => {
  const { url, agent, say } = await listen();
  const client = await enter(url, agent.key);
  await say('over a network');
  await eventually('the message', () => client.frames.some(({ type }) => type === 'message'));
});

test('A1, A2: an upgrade with a foreign Host or Origin is refused before anything, in words', async () => {
  const { url, server } = await listen();
  const foreign: Record<string, string>[] = [
    { host: 'evil.example' },
    { origin: 'http://evil.example' },
    { origin: 'null' },
  ];
  for (const headers of foreign) {
    const client = open(url, headers);
    await eventually('a refusal', () => client.state.status === 403);
  }
  const answer = await raw(
    server.port,
    `GET ${socketPath} HTTP/1.1\r\nhost: evil\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1.1 403 Forbidden/);
  expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'forbidden', error: expect.any(String) });
});

const upgradeOf = (path: string, upgrade: string): string =>
  `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade, close\r\nupgrade: ${upgrade}\r\n\r\n`;

test('an upgrade of another path, or to something else, is answered as the request that it is', async () => {
  const { server } = await listen();
  expect(await raw(server.port, upgradeOf('/health', 'h2c'))).toMatch(/^HTTP\/1.1 200/);
  expect(await raw(server.port, upgradeOf('/health', 'websocket'))).toMatch(/^HTTP\/1.1 200/);
  expect(await raw(server.port, upgradeOf('/v1/other', 'websocket'))).toMatch(/^HTTP\/1.1 401/);
  expect(await raw(server.port, upgradeOf(socketPath, 'websocket'))).toMatch(/^HTTP\/1.1 400/);
});

test('frames that are too large, torn, not UTF-8 or binary end at most the connection that sent them', async () => {
  const { url, agent, human, say, logged } = await listen();
  const witness = await enter(url, human.key);
  const large = await enter(url, agent.key);
  large.socket.send('x'.repeat(1_048_577));
  await eventually('a close for size', () => large.state.code === 1009);
  const binary = await enter(url, agent.key);
  binary.socket.send(randomBytes(1_000));
  await eventually('words', () => binary.frames.some(({ type }) => type === 'error'));
  for (const bytes of [
    Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]),
    Buffer.from([0xf1, 0xff, 0xff, 0xff]),
    // Bytes by chance may begin a frame of gigabytes, which is waited for.
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
  ]) {
    const torn = await enter(url, agent.key);
    (torn.socket as unknown as { readonly _socket: { write(bytes: Buffer): void } })._socket.write(bytes);
    await eventually('a close', () => torn.state.code !== undefined);
  }
  await say('nobody noticed');
  await eventually('the message', () => witness.frames.some(({ type }) => type === 'message'));
  expect(witness.state.code).toBeUndefined();
  expect(logged).toEqual([]);
});

test('a planned end stops listening first, and then closes with 1001: a client that is back at once meets no server', async () => {
  const { url, agent, server } = await listen();
  const client = await enter(url, agent.key);
  const refused: number[] = [];
  client.socket.on('close', (code: number) => {
    refused.push(code);
    const again = new WebSocket(url);
    again.on('error', () => void refused.push(0));
  });
  await server.close();
  await eventually('a refusal', () => refused.length === 2);
  expect(refused).toEqual([1001, 0]);
});

test.each(['loopback', 'TLS'])('over %s a client that answers no goodbye does not hold up the end', async (way) => {
  const tls = way === 'TLS' ? createTestTls() : undefined;
  const { server } = await listen(tls);
  const port = server.beyond?.port ?? server.port;
  const place = { host: '127.0.0.1', port };
  const client = tls === undefined ? connectTo(place) : connectTls({ ...place, ca: tls.authority.ca });
  onTestFinished(() => void client.destroy());
  let heard = '';
  client.on('error', () => undefined).on('data', (data: Buffer) => (heard += String(data)));
  const key = randomBytes(16).toString('base64');
  client.write(
    `GET ${socketPath} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  await eventually('it is a socket', () => heard.startsWith('HTTP/1.1 101'));
  const started = performance.now();
  await server.close();
  // It takes 2 s; the implementation of sockets would wait for 30 s.
  expect(performance.now() - started).toBeLessThan(25_000);
  await eventually('its connection is gone', () => client.destroyed);
});

test('a thousand clients that knock at once are let in, and one message reaches each of them', async () => {
  const { url, agent, say } = await listen();
  const clients = await Promise.all(
    Array.from({ length: 1_000 }, async () => {
      const client = open(url);
      await client.isOpen;
      client.socket.send(JSON.stringify({ type: 'auth', apiKey: agent.key }));
      client.socket.send(JSON.stringify({ type: 'ping' }));
      return client;
    }),
  );
  await eventually('all of them', () => clients.every(({ frames }) => frames.length >= 1));
  await say('to a thousand');
  await eventually('all messages', () => clients.every(({ frames }) => frames.some(({ type }) => type === 'message')));
});
