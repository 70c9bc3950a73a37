/** Links for people in a browser, and their sessions. */

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readInstance, writeInstance, type InstanceInfo } from '@perdure/home';
import { until } from '@perdure/testing';
import { dataIn } from '../harness.ts';
import { openHubPlace } from './hub-place.ts';

test('a link is alone on stdout, for the owner or whom they name, and signs in once', async () => {
  const { run, server } = await openHubPlace();
  const { stdout, stderr } = await run('open --as human');
  const [, origin, token] = /^(http:\/\/127\.0\.0\.1:\d+)\/#([\w-]{43})\n$/.exec(stdout) ?? [];
  expect([origin, stderr]).toEqual([`http://127.0.0.1:${server.port}`, expect.stringContaining('for human')]);
  const open = async () =>
    await fetch(`${origin}/api/v1/sessions/open`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: origin ?? '' },
      body: JSON.stringify({ token }),
    });
  expect((await open()).status).toBe(200);
  expect((await open()).status).toBe(401);
  await run('open');
  const { stdout: listed } = await run('sessions list');
  expect(listed).toMatch(/owner +link not used yet/);
  expect(listed).toMatch(/human +open/);
  expect(listed).not.toContain(token);
});

test('where other machines come in, a link for them stands beside that for this one', async () => {
  const { run, place } = await openHubPlace();
  const { info } = readInstance(place.paths) as { readonly info: InstanceInfo };
  writeInstance(place.paths, { ...info, public: { proxy: { url: 'https://hub.test', addresses: [] } } });
  const { stdout, stderr } = await run('open');
  expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#([\w-]{43})\nhttps:\/\/hub\.test\/#\1\n$/);
  expect(stderr).toContain('the first is for this machine');
});

test('a session is ended by the beginning of its id, and only people have one', async () => {
  const { run } = await openHubPlace();
  const { id } = dataIn((await run('open --json')).stdout) as { readonly id: string };
  expect((await run(`sessions revoke ${id.slice(0, 14)}`)).stdout).toBe('Ended; it opens nothing any more.\n');
  expect((await run('sessions list')).stdout).toBe('Nobody is signed in.\n');
  expect(await run(`sessions revoke ${id.slice(0, 14)}`)).toMatchObject({ code: 7 });
  expect(await run('open --as agent')).toMatchObject({ code: 8, stderr: expect.stringContaining('make a key') });
});

test('a browser is given a file that only this account reads, and no link as an argument', async () => {
  const { run, place } = await openHubPlace();
  const seen = join(place.folder, 'seen');
  const browser = join(place.folder, 'browser');
  writeFileSync(browser, `#!/bin/sh\necho "$@" > ${seen}.new && mv ${seen}.new ${seen}\n`, { mode: 0o755 });
  const { stdout } = await run('open --browser', [], { BROWSER: browser });
  expect(stdout).toBe('A page opens in the browser.\n');
  await until(() => existsSync(seen), { what: 'the browser' });
  const file = join(place.paths.root, 'run/open.html');
  expect(readFileSync(seen, 'utf8').trim()).toBe(`file://${file}`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toMatch(/url=http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43}"/);
});
