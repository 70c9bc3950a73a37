import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, it, onTestFinished } from 'vitest';
import { choosePort } from '../src/core/choose-port.ts';
import { busyAmong } from '../src/host/busy-ports.ts';
import { findOpenclaw } from '../src/host/find-openclaw.ts';
import { observeHost } from '../src/host/observe.ts';

async function listen(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as { readonly port: number }).port;
}

/** A package as npm installs it, with its command linked into a folder of the PATH. */
function install(folder: string, manifest: string): string {
  const home = join(folder, 'lib', 'node_modules', 'openclaw');
  const bin = join(folder, 'bin');
  mkdirSync(join(home, 'bin'), { recursive: true });
  mkdirSync(bin);
  writeFileSync(join(home, 'package.json'), manifest);
  writeFileSync(join(home, 'bin', 'openclaw.mjs'), '');
  chmodSync(join(home, 'bin', 'openclaw.mjs'), 0o755);
  symlinkSync(join(home, 'bin', 'openclaw.mjs'), join(bin, 'openclaw'));
  return bin;
}

it('a port on which somebody listens is busy, and free again when they stop', async () => {
  const port = await listen();
  expect(await busyAmong([port])).toEqual([port]);
});

it('OpenClaw is found by its package, without being run', async () => {
  const bin = install(tempFolder(), '{"name":"openclaw","version":"2026.9.6"}');
  expect(await findOpenclaw(`/nowhere:${bin}`)).toEqual({ path: join(bin, 'openclaw'), version: '2026.9.6' });
  expect(await findOpenclaw('/nowhere:')).toBeUndefined();
});

it.each(['{"name":"other","version":"1.0.0"}', '{', '[]'])(
  'a command of another package has no version: %s',
  async (manifest) => {
    const bin = install(tempFolder(), manifest);
    expect(await findOpenclaw(bin)).toMatchObject({ version: 'unknown' });
  },
);

it('a host is known by the homes of gateways on it, and the port that is chosen is not one of theirs', async () => {
  const accountHome = tempFolder();
  for (const [name, port] of [
    ['.openclaw', 18_789],
    ['.openclaw-ranger', 18_910],
  ] as const) {
    mkdirSync(join(accountHome, name));
    writeFileSync(join(accountHome, name, 'openclaw.json'), JSON.stringify({ gateway: { port } }));
  }
  mkdirSync(join(accountHome, '.openclaw-empty'));
  const facts = await observeHost({
    accountHome,
    searchPath: '',
    runtimeDir: undefined,
    wantedHome: undefined,
    wantedPort: undefined,
  });
  expect(new Set(facts.homes)).toEqual(new Set(['.openclaw', '.openclaw-empty', '.openclaw-ranger']));
  expect(new Set(facts.bases)).toEqual(new Set([18_789, 18_910]));
  expect(facts.openclaw).toBeUndefined();
  expect(facts.freeDiskBytes).toBeGreaterThan(0);
  const choice = choosePort(undefined, { bases: facts.bases, isFree: (port) => !facts.busyPorts.has(port) });
  expect(choice.kind === 'port' && choice.port).toBeGreaterThanOrEqual(19_030);
});

it('a home whose settings are a pipe, a device or far too large keeps no plan waiting, and a link to settings is followed', async () => {
  const accountHome = tempFolder();
  const at = (name: string): string => {
    mkdirSync(join(accountHome, name));
    return join(accountHome, name, 'openclaw.json');
  };
  spawnSync('mkfifo', [at('.openclaw-pipe')]);
  symlinkSync('/dev/zero', at('.openclaw-device'));
  const large = at('.openclaw-large');
  writeFileSync(large, '{}');
  truncateSync(large, 1_000_000_000);
  writeFileSync(join(accountHome, 'elsewhere.json'), '{"gateway":{"port":18910}}');
  symlinkSync(join(accountHome, 'elsewhere.json'), at('.openclaw-linked'));
  const nothing = { searchPath: '', runtimeDir: undefined, wantedHome: undefined, wantedPort: undefined };
  const facts = await observeHost({ accountHome, ...nothing });
  expect(facts.homes).toHaveLength(4);
  expect(facts.bases).toEqual([18_910]);
});

it('a home that is asked for behind a link is known by the folder that it is', async () => {
  const accountHome = tempFolder();
  mkdirSync(join(accountHome, '.openclaw-ranger'));
  symlinkSync(join(accountHome, '.openclaw-ranger'), join(accountHome, 'link'));
  const nothing = { accountHome, searchPath: '', runtimeDir: undefined, wantedPort: undefined };
  const leads = async (wantedHome: string) => (await observeHost({ ...nothing, wantedHome })).homeLeadsTo;
  expect(await leads(join(accountHome, 'link', 'scout'))).toBe(join(accountHome, '.openclaw-ranger', 'scout'));
  expect([await leads(join(accountHome, 'scout')), await leads('/nowhere/scout')]).toEqual([undefined, undefined]);
});
