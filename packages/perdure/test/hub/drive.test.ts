/** Files go over a real server: a fake would only say that bytes had come. */

import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import type { DriveFile } from '@perdure/contract';
import { createHarness, listenHttp, ownerKey } from '../../../server/test/http/harness.ts';
import { cli, createRunningPlace, dataIn } from '../harness.ts';

async function openDrive() {
  const { app } = await createHarness();
  const socket = join(tempFolder(), 's');
  const server = await listenHttp(app, { port: 0, newId: randomUUIDv7, log: () => undefined, socket });
  onTestFinished(() => server.close());
  const place = createRunningPlace({ port: server.port, url: `http://127.0.0.1:${server.port}` }, socket);
  onTestFinished(() => place[Symbol.dispose]());
  writeFileSync(place.paths.ownerKey, `${ownerKey}\n`, { mode: 0o600 });
  const here = (name: string) => join(place.folder, name);
  const run = async (...argv: readonly string[]) => await cli(argv, { cwd: place.folder });
  return { run, here };
}

test('a file goes up, is listed, sent with a message, fetched as it was, and deleted', async () => {
  const { run, here } = await openDrive();
  const bytes = randomBytes(3_000_000);
  writeFileSync(here('cat.png'), bytes);
  const put = dataIn((await run('drive', 'put', 'cat.png', '--json')).stdout) as DriveFile;
  expect(put).toMatchObject({ fileName: 'cat.png', contentType: 'image/png', size: 3_000_000 });
  expect((await run('drive', 'list')).stdout).toContain('cat.png');
  const got = await run('drive', 'get', 'cat.png', '--output', 'again.png');
  expect(got).toMatchObject({ code: 0, stdout: `cat.png is at ${here('again.png')}.\n` });
  expect(readFileSync(here('again.png')).equals(bytes)).toBe(true);
  await run('channels', 'create', 'Plans');
  const sent = await run('messages', 'send', 'Plans', 'A cat', '--attach', 'cat.png', '--attach', 'again.png');
  expect(sent.stdout).toBe('Sent to Plans as number 1, with 2 files.\n');
  expect((await run('messages', 'send', 'Plans', '--attach', 'cat.png')).code).toBe(0);
  expect((await run('messages', 'list', 'Plans')).stdout).toContain('[file] cat.png  image/png  2.9 MB');
  expect((await run('drive', 'delete', 'cat.png')).code, 'there are two of that name').toBe(8);
  expect((await run('drive', 'delete', put.id.slice(0, 18))).stdout).toBe('cat.png is gone, and its links with it.\n');
  expect((await run('drive', 'get', put.id)).code).toBe(7);
});

test('fetching writes over nothing, follows no link out of a folder, and leaves no half', async () => {
  const { run, here } = await openDrive();
  writeFileSync(here('a.txt'), 'new');
  expect((await run('drive', 'put', 'a.txt', '--name', '../../b.txt')).stdout).toContain('b.txt is up');
  expect((await run('drive', 'get', 'b.txt')).code).toBe(0);
  expect(readFileSync(here('b.txt'), 'utf8')).toBe('new');
  writeFileSync(here('b.txt'), 'mine');
  expect((await run('drive', 'get', 'b.txt')).code).toBe(8);
  expect(readFileSync(here('b.txt'), 'utf8')).toBe('mine');
  mkdirSync(here('elsewhere'));
  symlinkSync(here('elsewhere'), here('linked'));
  expect((await run('drive', 'get', 'b.txt', '--output', 'linked/c.txt')).code).toBe(8);
  expect(readdirSync(here('elsewhere'))).toEqual([]);
  expect(readdirSync(here('.')).filter((name) => name.endsWith('.draft'))).toEqual([]);
});

test('what is no file is refused in a sentence, and nothing is sent', async () => {
  const { run, here } = await openDrive();
  mkdirSync(here('folder'));
  for (const odd of ['folder', 'gone.txt']) {
    const { code, stderr } = await run('drive', 'put', odd);
    expect([code, stderr]).toEqual([2, expect.stringContaining(here(odd))]);
  }
  await run('channels', 'create', 'Plans');
  expect((await run('messages', 'send', 'Plans', 'x', '--attach', 'gone.txt')).code).toBe(2);
  expect((await run('messages', 'send', 'Plans')).code).toBe(2);
  expect((await run('messages', 'list', 'Plans')).stdout).toContain('Nothing was said yet.');
});

test('who was sent a file fetches it, by its name as by its id, for as long as the message is there; nobody else does', async () => {
  const { run, here } = await openDrive();
  writeFileSync(here('a.txt'), 'for ben');
  for (const name of ['ben', 'eve']) {
    await run('principals', 'create', name);
    await run('keys', 'create', name, '--save');
  }
  await run('channels', 'create', 'Plans', '--member', 'ben');
  await run('messages', 'send', 'Plans', '--attach', 'a.txt');
  const as = async (who: string, ...argv: readonly string[]) => await run('drive', ...argv, '--as', who);
  expect((await as('ben', 'list')).stdout).toContain('No files');
  const [file] = dataIn((await as('ben', 'list', '--received', '--json')).stdout) as DriveFile[];
  expect(file?.fileName).toBe('a.txt');
  const id = file?.id ?? '';
  for (const given of ['a.txt', id, id.slice(0, 13)]) {
    expect((await as('ben', 'get', given, '--output', `${given}-got`)).code, given).toBe(0);
    expect(readFileSync(here(`${given}-got`), 'utf8')).toBe('for ben');
    expect((await as('eve', 'get', given, '--output', 'stolen')).code, given).toBe(7);
  }
  expect((await run('messages', 'list', 'Plans', '--as', 'ben')).stdout).toContain(
    `[file] a.txt  text/plain  7 B  ${id}`,
  );
  expect((await as('ben', 'delete', 'a.txt')).code).toBe(4);
  expect((await as('ben', 'list', '--all', '--received')).code).toBe(2);
  expect((await run('drive', 'get', 'a.txt', '--output', 'mine')).code).toBe(0);
  await run('channels', 'remove', 'Plans', 'ben');
  expect((await as('ben', 'get', id, '--output', 'late')).code).toBe(7);
});
