/** A server of another machine, named by PERDURE_URL. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { startFakeApi } from '../fake-api.ts';
import { cli, createPlace, createRunningPlace } from '../harness.ts';
import { createTestTls, openHubPlace } from '../hub/hub-place.ts';

async function createElsewhere(tls?: ReturnType<typeof createTestTls>) {
  const world = await openHubPlace(tls);
  const place = createPlace();
  onTestFinished(() => place[Symbol.dispose]());
  const keyFile = join(place.folder, 'key');
  copyFileSync(world.place.paths.ownerKey, keyFile);
  const url = `http://127.0.0.1:${world.server.port}`;
  const env = { PERDURE_URL: url, PERDURE_KEY_FILE: 'key' };
  const run = async (line: string, more: Readonly<Record<string, string>> = {}) =>
    await cli(line.split(' '), { cwd: place.folder, env: { ...env, ...more } });
  return { ...world, place, keyFile, run };
}

test('commands go to the server that is named, as whose key was given, where none runs here', async () => {
  const { run, keyFile, agent } = await createElsewhere();
  expect((await run('principals list')).stdout).toContain('human');
  expect((await run('runs list')).code).toBe(0);
  expect((await run('keys create agent')).stdout).toMatch(/^sk_/);
  writeFileSync(keyFile, `${agent.key}\n`);
  expect((await run('channels list')).stdout).toContain('Plans');
  expect(await run('principals list')).toMatchObject({ code: 4 });
  expect(await run('runs list')).toMatchObject({ code: 4 });
});

test('no key of the state root here is shown to it, and what is about this machine stays here', async () => {
  await using stranger = await startFakeApi();
  await using own = await startFakeApi();
  using place = createRunningPlace(own);
  const env = { PERDURE_URL: stranger.url };
  for (const line of ['runs list', 'channels list', 'keys create x --save', 'channels list --as owner']) {
    const refused = await cli(line.split(' '), { cwd: place.folder, env });
    expect([line, refused.code]).toEqual([line, 2]);
  }
  expect((await cli(['status'], { cwd: place.folder, env })).stdout).toContain(own.url);
  expect((await cli(['runs', 'list', '--home', place.paths.root], { cwd: place.folder, env })).code).toBe(0);
  expect(stranger.requests).toEqual([]);
});

test('a key that is kept here is not for elsewhere, nor is one from there kept here', async () => {
  const { run, keyFile } = await createElsewhere();
  expect(await run('channels list --as agent')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('PERDURE_KEY_FILE'),
  });
  expect(await run('keys create agent --save')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--save keeps keys of the server here'),
  });
  chmodSync(keyFile, 0o644);
  expect(await run('channels list')).toMatchObject({ code: 2, stderr: expect.stringContaining('chmod 600') });
});

test.each([
  'http://hub.example.com',
  'http://localhost:7373',
  'https://u:hunter2@hub',
  'https://hub/api',
  'hub:7443',
  'ftp://hub',
])('to %s no key is sent, and the address is not quoted', async (given) => {
  const { run } = await createElsewhere();
  const refused = await run('channels list', { PERDURE_URL: given });
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('PERDURE_URL is no address such as https://'),
  });
  expect(refused.stderr).not.toContain('hunter2');
});

test('over TLS its certificate has to be trusted, and who does not is told how', async () => {
  const tls = createTestTls();
  const { place, server } = await createElsewhere(tls);
  const ask = async (host: string, more: Readonly<Record<string, string>> = {}) => {
    const url = `https://${host}:${server.beyond?.port}`;
    const child = spawn(join(import.meta.dirname, '../../bin/perdure'), ['principals', 'list'], {
      cwd: place.folder,
      env: { ...process.env, PERDURE_SOURCE: '1', PERDURE_URL: url, PERDURE_KEY_FILE: 'key', ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { stdout, stderr };
  };
  const trusting = { NODE_EXTRA_CA_CERTS: tls.authority.caFile };
  const [trusted, untrusted, misnamed] = await Promise.all([
    ask('127.0.0.1', trusting),
    ask('127.0.0.1'),
    ask('localhost', trusting),
  ]);
  expect(trusted.stdout).toContain('human');
  expect(untrusted.stderr).toContain('name the file of its root with NODE_EXTRA_CA_CERTS');
  expect(misnamed.stderr).toContain('shows a certificate for other names');
});
