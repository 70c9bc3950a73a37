/** Clients that mean no good, over a network: each ends at most its own connection, and others go on talking. */

import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { socketPath } from '../../src/ws/listen-sockets.ts';
import { eventually } from '../http/harness.ts';
import { listen } from './listening-world.ts';

const text = 1;
const binary = 2;
const close = 8;
const ping = 9;

interface FrameOptions {
  readonly opcode: number;
  readonly isFinal?: boolean;
  readonly isMasked?: boolean;
  /** Of three that mean nothing without an extension; the first one says "compressed". */
  readonly reserved?: number;
}

/** A frame as the standard has it, or as it does not. */
function frame(payload: string | Uint8Array, options: FrameOptions): Buffer {
  const { opcode, isFinal = true, isMasked = true, reserved = 0 } = options;
  const data = Buffer.from(payload);
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  const mask = isMasked ? 0x80 : 0;
  const head =
    data.length < 126
      ? Buffer.from([first, mask | data.length])
      : Buffer.from([first, mask | 127, 0, 0, 0, 0, ...Buffer.from(Uint32Array.of(data.length).buffer).toReversed()]);
  // A mask of zeros changes nothing.
  return Buffer.concat([head, isMasked ? Buffer.alloc(4) : Buffer.alloc(0), data]);
}

interface RawClient {
  readonly socket: Socket;
  /** Of the frame that closed it; undefined where it was cut, or is open. */
  readonly code: () => number | undefined;
  readonly isGone: () => boolean;
  readonly received: () => number;
}

/** The bytes of a socket and no client around it. */
function openRaw(port: number, key: string | undefined, headers = ''): RawClient {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let all = Buffer.alloc(0);
  let received = 0;
  let isGone = false;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length;
    all = Buffer.concat([all, chunk]).subarray(-4_096);
  });
  socket.on('close', () => (isGone = true));
  socket.on('error', () => undefined);
  socket.write(
    `GET ${socketPath} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n${headers}\r\n`,
  );
  if (key !== undefined) socket.write(frame(JSON.stringify({ type: 'auth', apiKey: key }), { opcode: text }));
  const code = (): number | undefined => {
    // The last frame that was sent is the one that closes.
    for (let at = all.length - 4; at >= 0; at -= 1) {
      if (all[at] === (0x80 | close) && at + 2 + (all[at + 1] ?? 0) === all.length) return all.readUInt16BE(at + 2);
    }
    return undefined;
  };
  return { socket, code, isGone: () => isGone, received: () => received };
}

/** A hub with a witness: what is said still reaches him, and he is still there. */
async function meeting() {
  const world = await listen();
  const { url, human, say, server, logged } = world;
  const socket = new WebSocket(url);
  onTestFinished(() => socket.close());
  const seqs: number[] = [];
  let isOpen = false;
  let isClosed = false;
  socket.addEventListener('open', () => {
    socket.send(JSON.stringify({ type: 'auth', apiKey: human.key }));
    socket.send(JSON.stringify({ type: 'ping' }));
  });
  socket.addEventListener('close', () => (isClosed = true));
  socket.addEventListener('message', ({ data }) => {
    const { type, message } = JSON.parse(String(data)) as { type: string; message?: { seq: number } };
    if (type === 'pong') isOpen = true;
    if (type === 'message') seqs.push(message?.seq ?? 0);
  });
  await eventually('the witness', () => isOpen);
  const isWell = async (): Promise<void> => {
    const { seq } = await say('Is everybody well?', human);
    await eventually('the message at the witness', () => seqs.at(-1) === seq);
    expect(isClosed).toBe(false);
    expect(logged).toEqual([]);
  };
  return { ...world, port: server.port, isWell };
}

const bomb = deflateRawSync(Buffer.alloc(50_000_000));

test.each<[string, Uint8Array | readonly Uint8Array[], number | undefined]>([
  ['a frame that is not masked', frame('{"type":"ping"}', { opcode: text, isMasked: false }), 1002],
  ['a compressed frame, which was not agreed on', frame(bomb, { opcode: text, reserved: 4 }), 1002],
  ['reserved bits', frame('{}', { opcode: text, reserved: 3 }), 1002],
  ['an opcode that is none', frame('{}', { opcode: 5 }), 1002],
  ['a ping in pieces', frame('x', { opcode: ping, isFinal: false }), 1002],
  ['a ping of a kilobyte', frame('x'.repeat(1_000), { opcode: ping }), 1002],
  ['a piece of nothing', frame('x', { opcode: 0 }), 1002],
  ['a message within a message', [frame('{', { opcode: text, isFinal: false }), frame('}', { opcode: text })], 1002],
  ['a close with a code that is none', frame(Uint8Array.of(0, 1), { opcode: close }), 1002],
  ['a close that is half a code', frame(Uint8Array.of(3), { opcode: close }), 1002],
  ['no UTF-8', frame(Uint8Array.of(0xff, 0xfe), { opcode: text }), 1007],
  [
    'no UTF-8, in two pieces',
    [frame(Uint8Array.of(0xed), { opcode: text, isFinal: false }), frame(Uint8Array.of(0xa0, 0x80), { opcode: 0 })],
    1007,
  ],
  ['a length of 2 to the 63rd', Uint8Array.of(0x81, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0), 1009],
  ['more than a MiB', frame('x'.repeat(1_048_577), { opcode: text }), 1009],
  [
    'more than a MiB in pieces',
    Array.from({ length: 3 }, (_, n) => frame('x'.repeat(500_000), { opcode: n === 0 ? text : 0, isFinal: false })),
    1009,
  ],
  [
    'a message of 20,000 pieces',
    Array.from({ length: 20_000 }, (_, n) => frame('x', { opcode: n === 0 ? binary : 0, isFinal: false })),
    1008,
  ],
])(
  '%s closes its connection with a code, before and after the key, and nobody else notices',
  async (_what, sent, code) => {
    const { port, agent, isWell } = await meeting();
    for (const key of [undefined, agent.key]) {
      const client = openRaw(port, key);
      client.socket.write(Buffer.concat(sent instanceof Uint8Array ? [sent] : sent));
      await eventually('a close', () => client.code() !== undefined || client.isGone());
      expect(client.code()).toBe(code);
    }
    await isWell();
  },
);

test('compression is agreed on with nobody: what is short on the wire cannot be long here', async () => {
  const { port, agent } = await meeting();
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let head = '';
  socket.on('data', (chunk) => (head += chunk.toString('latin1')));
  socket.write(
    `GET ${socketPath} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=15\r\n\r\n`,
  );
  await eventually('the answer', () => head.includes('\r\n\r\n'));
  expect(head).toMatch(/^HTTP\/1\.1 101/);
  expect(head.toLowerCase()).not.toContain('sec-websocket-extensions');
  expect(agent.key).toBeTypeOf('string');
});

test('a flood of pings is closed as any other flood is, whether its answers are read or not', async () => {
  const { port, agent, isWell } = await meeting();
  const flood = Buffer.concat(Array.from({ length: 200_000 }, () => frame('x'.repeat(125), { opcode: ping })));
  for (const isRead of [true, false]) {
    const client = openRaw(port, agent.key);
    if (!isRead) client.socket.pause();
    client.socket.write(flood);
    await isWell();
    client.socket.resume();
    await eventually('a close', () => client.code() !== undefined || client.isGone());
    // So many frames are allowed at once, and no answer is sent to more.
    expect(client.received()).toBeLessThan(60 * 200 + 4_096);
  }
});

test('who does not read what others say is cut off, and they are not held up', { timeout: 120_000 }, async () => {
  const { port, agent, human, send, time, isWell, board } = await meeting();
  const deaf = openRaw(port, agent.key);
  // Past the moment in which all is held back.
  deaf.socket.write(frame('{"type":"ping"}', { opcode: text }));
  await eventually('to be let in', () => deaf.received() > 200);
  deaf.socket.pause();
  const before = process.memoryUsage().rss;
  // 80 kB on the wire each: more than 16 MiB and what a kernel keeps.
  const content = '😀'.repeat(10_000);
  for (let n = 0; n < 500; n += 1) {
    time.now += 1_000;
    await send({ content }, human);
  }
  await board.settled();
  await isWell();
  expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
  deaf.socket.resume();
  await eventually('to be cut off', deaf.isGone);
  expect(deaf.received()).toBeLessThan(500 * 80_000);
});

test('who closes in the middle of anything leaves nothing behind', async () => {
  const { port, agent, isWell, sockets } = await meeting();
  const auth = frame(JSON.stringify({ type: 'auth', apiKey: agent.key }), { opcode: text });
  const replay = frame(JSON.stringify({ type: 'replay', cursors: {} }), { opcode: text });
  const end = frame(Uint8Array.of(3, 0xe8), { opcode: close });
  const bytes = Buffer.concat([auth, replay, end]);
  for (let at = 0; at <= bytes.length; at += 7) {
    const client = openRaw(port, undefined);
    client.socket.write(bytes.subarray(0, at));
    if (at % 2 === 0) client.socket.resetAndDestroy();
    else client.socket.end();
  }
  sockets.tick(Date.now());
  await isWell();
});
