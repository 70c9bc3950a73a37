/** Which OpenClaw a host has, or somebody names: asked for what it is, and told why it is none. */

import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@perdure/testing/after-test';
import { installFakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { expect, test, vi } from 'vitest';
import { createFleetHost, homeOfAccount } from '../../src/fleet/host.ts';

function place() {
  const folder = tempFolder();
  const installed = (version: string) => installFakeOpenclaw(mkdtempSync(join(folder, 'r-')), { version });
  const script = (path: string, text: string): string => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
    chmodSync(join(folder, path), 0o755);
    return join(folder, path);
  };
  const hostOf = (bin: string) => createFleetHost({ accountHome: folder, env: { PATH: bin }, node: process.execPath });
  return { folder, installed, script, hostOf };
}

test('the release of the PATH is the one that is meant, or the one that is named, by its command or its entry', async () => {
  const { installed, hostOf } = place();
  const [here, other] = [installed('2026.8.2'), installed('2026.9.6')];
  const host = hostOf(here.bin);
  const program = ({ node, entry, version }: typeof here) => ({ kind: 'release', program: { node, entry, version } });
  expect(await host.release(undefined)).toEqual(program(here));
  expect(await host.release(join(other.bin, 'openclaw'))).toEqual(program(other));
  expect(await host.release(other.entry)).toEqual(program(other));
});

test('what is no release is told to be none, and why', async () => {
  const { folder, installed, script, hostOf } = place();
  const host = hostOf(join(folder, 'nowhere'));
  const why = async (path: string | undefined): Promise<string> => {
    const found = await host.release(path);
    return found.kind === 'none' ? found.why : 'it is one';
  };
  expect(await why(undefined)).toMatch(/not on the PATH of the server: install it/);
  expect(await why(join(folder, 'gone'))).toMatch(/There is no file/);
  expect(await why(script('wrapper/openclaw', '#!/bin/sh\nexec node\n'))).toMatch(/nothing that Node runs; install it/);
  expect(await why(script('mine/openclaw.mjs', 'console.log("1.2.3")'))).toMatch(/no part of a package openclaw/);
  script('broken/package.json', '{"name":"openclaw","version":"2026.9.6"}');
  const broken = script('broken/openclaw.mjs', 'throw new Error("openclaw needs another Node")');
  expect(await why(broken)).toMatch(
    /does not say which release it is \(Error: openclaw needs another Node\): is it whole, and does it run on/,
  );
  const linked = join(folder, 'linked');
  symlinkSync(installed('2026.9.6').entry, linked);
  expect(await why(linked)).toBe('it is one');
});

test('what lies at the entry of a program by now is known, and that nothing does', async () => {
  const { installed, hostOf } = place();
  const { entry, bin } = installed('2026.8.2');
  const host = hostOf(bin);
  expect(await host.behind({ entry })).toBe('2026.8.2');
  writeFileSync(join(entry, '..', 'package.json'), '{"name":"openclaw","version":"2026.9.6","type":"module"}');
  expect(await host.behind({ entry })).toBe('2026.9.6');
  rmSync(join(entry, '..'), { recursive: true });
  expect(await host.behind({ entry })).toBeUndefined();
});

test('the size of a home is that of its files, and links lead nowhere', async () => {
  const { folder, hostOf } = place();
  const home = join(folder, 'home');
  mkdirSync(join(home, 'workspace'), { recursive: true });
  for (const name of ['a', 'workspace/b']) writeFileSync(join(home, name), 'x'.repeat(1_000));
  symlinkSync(folder, join(home, 'round'));
  expect(await hostOf('').sizeOf(home)).toBe(2_000);
  expect(await hostOf('').sizeOf(join(folder, 'gone'))).toBe(0);
  expect(await hostOf('').freeBytes(folder)).toBeGreaterThan(0);
});

test('the home of an account that is behind a link is the folder itself, and one that is not there is as it is called', () => {
  const { folder } = place();
  mkdirSync(join(folder, 'var'));
  symlinkSync(join(folder, 'var'), join(folder, 'home'));
  vi.stubEnv('HOME', join(folder, 'home'));
  expect(homeOfAccount()).toBe(join(folder, 'var'));
  vi.stubEnv('HOME', join(folder, 'gone'));
  expect(homeOfAccount()).toBe(join(folder, 'gone'));
  vi.unstubAllEnvs();
});
