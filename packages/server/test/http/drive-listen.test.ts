/** Files over a real port, and clients that go away in the middle. */

import { randomUUIDv7 } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { DriveFile, Upload } from '@perdure/contract';
import { expect, onTestFinished, test } from 'vitest';
import { createDriveWorld } from './drive-world.ts';
import { listenHttp } from './harness.ts';
import { pathOf } from './hub-world.ts';

async function listen() {
  const world = await createDriveWorld();
  const { agent, reserve, register, harness } = world;
  const server = await listenHttp(harness.app, { port: 0, newId: randomUUIDv7, log: () => undefined });
  onTestFinished(() => server.close());
  const at = (url: string): string => `http://127.0.0.1:${server.port}${pathOf(url)}`;
  const reserved = async (size: number) => (await reserve(agent, { fileName: 'a', size })).body.data as Upload;
  const kept = () => readdirSync(join(harness.folder, 'drive'));
  /** Sends the head of an upload and some of it, and answers what comes. */
  const begin = async (url: string, { said, sent }: { readonly said: number; readonly sent: number }) => {
    const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
    socket.write(`PUT ${pathOf(url)} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${said}\r\n\r\n`);
    await new Promise((resolve) => socket.write(Buffer.alloc(sent), resolve));
    return socket;
  };
  const put = async (bytes: Uint8Array<ArrayBuffer>): Promise<DriveFile> => {
    const { uploadUrl, fileId, s3Key } = await reserved(bytes.length);
    expect((await fetch(at(uploadUrl), { method: 'PUT', body: bytes })).status).toBe(200);
    return (await register(agent, { fileId, s3Key })).body.data as DriveFile;
  };
  return { ...world, at, reserved, kept, begin, put };
}

test('D1: an upload that breaks off leaves nothing, and its URL takes the file afterwards', async () => {
  const { at, reserved, kept, begin, harness } = await listen();
  const { uploadUrl } = await reserved(10_000_000);
  const socket = await begin(uploadUrl, { said: 10_000_000, sent: 3_000_000 });
  await expect.poll(kept).toHaveLength(1);
  socket.destroy();
  await expect.poll(kept).toEqual([]);
  const whole = await fetch(at(uploadUrl), { method: 'PUT', body: new Uint8Array(10_000_000) });
  expect(whole.status).toBe(200);
  expect(harness.logged).toEqual([]);
});

test('what is refused is refused before its bytes have come', async () => {
  const { reserved, begin } = await listen();
  const { uploadUrl } = await reserved(10);
  const socket = await begin(uploadUrl, { said: 900_000_000, sent: 1_000 });
  const answer = await new Promise((resolve) => socket.once('data', resolve));
  expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
  socket.destroy();
});

test('a download that nobody reads to its end leaves no file open', async () => {
  const { at, put } = await listen();
  const { downloadUrl } = await put(new Uint8Array(5_000_000));
  const before = readdirSync('/dev/fd').length;
  for (let n = 0; n < 10; n += 1) {
    const abort = new AbortController();
    const answer = await fetch(at(downloadUrl), { signal: abort.signal });
    await answer.body?.getReader().read();
    abort.abort();
    await fetch(at(downloadUrl), { method: 'HEAD' });
  }
  await expect.poll(() => readdirSync('/dev/fd').length).toBeLessThanOrEqual(before + 2);
});
