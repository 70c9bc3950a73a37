/** Bytes that no client of HTTP sends: each ends at most its own connection, and is answered in words if it can be. */

import { connect, type Socket } from 'node:net';
import { randomUUIDv7 } from 'node:crypto';
import { errorBodySchema } from '@perdure/contract';
import { expect, onTestFinished, test } from 'vitest';
import { listenHttp, type Patience } from '../../src/http/listen.ts';
import { createHarness, eventually, ownerKey } from './harness.ts';

/** `patience`: with those who are slow; where nobody is to be given up nobody is. */
async function listening(patience?: Patience) {
  const harness = await createHarness();
  const { app, options } = harness;
  const server = await listenHttp(app, {
    port: 0,
    newId: randomUUIDv7,
    log: options.log,
    ...(patience !== undefined && { patience }),
  });
  onTestFinished(() => server.close());
  const open = (): { readonly socket: Socket; readonly got: () => string; readonly isClosed: () => boolean } => {
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    let text = '';
    let isClosed = false;
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('end', () => (isClosed = true));
    socket.on('close', () => (isClosed = true));
    socket.on('error', () => undefined);
    return { socket, got: () => text, isClosed: () => isClosed };
  };
  /** Everything that is answered until the server closes the connection. */
  const answerTo = async (bytes: string | Uint8Array): Promise<string> => {
    const { socket, got, isClosed } = open();
    socket.write(bytes);
    await eventually('the end of the connection', isClosed);
    return got();
  };
  /** Somebody who means well is answered, and at once. */
  const isWell = async (): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${server.port}/health`);
    expect(response.status).toBe(200);
  };
  return { ...harness, server, open, answerTo, isWell };
}

const host = 'Host: 127.0.0.1\r\n';
const key = `Authorization: Bearer ${ownerKey}\r\n`;
const json = 'Content-Type: application/json\r\n';
const runs = `POST /api/v1/runs HTTP/1.1\r\n${host}${key}${json}`;

test.each<[string, string, number]>([
  ['two lengths', `${runs}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
  ['a length and chunks', `${runs}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['chunks that are not the last encoding', `${runs}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`, 400],
  ['an encoding that is a name with a blank', `${runs}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`, 400],
  ['a length that is negative', `${runs}Content-Length: -1\r\n\r\n`, 400],
  ['a length that is no number', `${runs}Content-Length: 0x10\r\n\r\n`, 400],
  ['a header without a name', `GET /health HTTP/1.1\r\n${host}: x\r\n\r\n`, 400],
  ['a header that is folded', `GET /health HTTP/1.1\r\n${host}X-A: b\r\n c\r\n\r\n`, 400],
  ['a line that ends in CR alone', `GET /health HTTP/1.1\r\n${host}X-A: b\rX-B: c\r\n\r\n`, 400],
  ['a NUL in a header', `GET /health HTTP/1.1\r\n${host}X-A: b\0c\r\n\r\n`, 400],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['TLS', '\u0016\u0003\u0001\u0002\0\u0001\0\u0001', 400],
  ['a header of 64 kB', `GET /health HTTP/1.1\r\n${host}X-A: ${'x'.repeat(65_536)}\r\n\r\n`, 431],
  ['an address of 64 kB', `GET /${'x'.repeat(65_536)} HTTP/1.1\r\n${host}\r\n`, 431],
  ['headers without number', `GET /health HTTP/1.1\r\n${host}${'a:b\r\n'.repeat(20_000)}\r\n`, 431],
])('%s is refused in words, and nobody else notices', async (_what, bytes, status) => {
  const { answerTo, isWell, logged, woken } = await listening();
  const answer = await answerTo(Buffer.from(bytes, 'latin1'));
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  errorBodySchema.parse(JSON.parse(answer.slice(answer.indexOf('{'))));
  await isWell();
  expect(woken).toEqual([]);
  expect(logged).toEqual([]);
});

test('a chunk that is longer than it says is no second request', async () => {
  const { answerTo, isWell } = await listening();
  const smuggled = `POST /api/v1/runs HTTP/1.1\r\n${host}\r\n`;
  const answer = await answerTo(`${runs}Transfer-Encoding: chunked\r\n\r\n2\r\n{}${smuggled}\r\n0\r\n\r\n`);
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
  await isWell();
});

const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\n${host}${key}${more}\r\n`;

test('requests in one piece are answered one after the other, in order', async () => {
  const { answerTo } = await listening();
  const many = Array.from({ length: 50 }, () => get('/health'));
  const all = [...many, get('/nowhere'), get('/health', 'Connection: close\r\n')].join('');
  const statuses = (await answerTo(all)).match(/HTTP\/1\.1 \d+/g);
  expect(statuses).toEqual([...many.map(() => 'HTTP/1.1 200'), 'HTTP/1.1 404', 'HTTP/1.1 200']);
});

test('a client that sends no more after its request is answered all the same', async () => {
  const { open } = await listening();
  const { socket, got } = open();
  socket.end(`GET /health HTTP/1.1\r\n${host}\r\n`);
  await eventually('the answer', () => got().startsWith('HTTP/1.1 200'));
});

test('what ends a line in an address or a value does not begin a header of the answer', async () => {
  const { answerTo } = await listening();
  for (const path of [
    '/%0d%0ax-injected:%20yes',
    '/health?a=%0d%0ax-injected:%20yes',
    '/api/v1/runs/%0d%0ax-injected:%20y',
  ]) {
    const answer = await answerTo(`GET ${path} HTTP/1.1\r\n${host}${key}Connection: close\r\n\r\n`);
    expect(answer.split('\r\n\r\n')[0]).not.toMatch(/^x-injected/im);
  }
});

const impatient: Patience = { headMs: 1_500, requestMs: 2_500, lookMs: 50 };

test('heads and bodies that come byte by byte are given up, however many there are, and hold up nobody', async () => {
  const { open, isWell } = await listening(impatient);
  const slow = Array.from({ length: 300 }, (_, n) => {
    const client = open();
    client.socket.write(n % 2 === 0 ? 'GET /health HTTP/1.1\r\nHost' : `${runs}Content-Length: 1000\r\n\r\n{`);
    return client;
  });
  const drip = setInterval(() => {
    for (const { socket } of slow) if (socket.writable) socket.write('a');
  }, 50);
  onTestFinished(() => clearInterval(drip));
  await isWell();
  await eventually('all of them to be given up', () => slow.every(({ isClosed }) => isClosed()));
  expect(new Set(slow.map(({ got }) => got().slice(0, 12)))).toEqual(new Set(['HTTP/1.1 408']));
});

test('a thousand connections that say nothing hold up nobody, and do not stay', async () => {
  const { open, isWell } = await listening(impatient);
  const silent = Array.from({ length: 1_000 }, () => open());
  await isWell();
  await eventually('all of them to be closed', () => silent.every(({ isClosed }) => isClosed()));
});
