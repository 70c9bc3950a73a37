/**
 * A state root is copied while an agent of it runs. What is made of the copy leaves the agent to the original; what
 * takes over goes on with it, and starts no second one. Its gateway is a fake.
 */

import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { homePaths, readOwnerKey } from '@perdure/home';
import { createClient } from '@perdure/sdk';
import { freePorts, quietPort, until } from '@perdure/testing';
import { isAlive } from '@perdure/testing/after-test';
import { installFakeOpenclaw, type FakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FamilyHost } from './family-host.ts';
import { UpProcess } from './up-process.ts';

let host: FamilyHost;
let folder: string;
let fake: FakeOpenclaw;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-fake-'));
  fake = installFakeOpenclaw(folder);
  host = await FamilyHost.start(fake.bin);
  const { data: vault } = await host.system.client.createVault({ body: { name: 'keys' } });
  const fields = [{ key: 'key', value: 'a-key-of-acme' }];
  await host.system.client.createVaultItem({ params: { vaultId: vault.id }, body: { name: 'acme', fields } });
  await host.perdure('family', 'init', 'main');
  const port = String(quietPort());
  const words = ['--model', 'acme/one', '--key', 'keys/acme/key', '--service', 'supervisor', '--port', port];
  await host.perdure('family', 'add', 'scout', ...words);
}, 240_000);
afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const home = (...path: string[]): string => join(host.accountHome, '.openclaw-scout', ...path);
const settings = (): string => readFileSync(home('openclaw.json'), 'utf8');

/** A copy of the state root, and one life of it. */
async function startCopy(name: string, flag: '--as-copy' | '--take-over') {
  const { system } = host;
  const copy = homePaths(join(system.folder, name));
  const filter = (path: string) => path !== system.paths.engine && !/\.(?:sock|draft)$/.test(path);
  cpSync(system.paths.root, copy.root, { recursive: true, preserveTimestamps: true, filter });
  const [port, workerPort, demoModelPort] = await freePorts(3);
  const ports = ['--port', port, '--worker-port', workerPort, '--demo-model-port', demoModelPort].map(String);
  const { PATH = '' } = process.env;
  const told: unknown[] = [];
  const life = new UpProcess({
    isDemo: true,
    flags: [flag, '--home', copy.root, '--project', join(system.folder, 'project'), ...ports],
    cwd: system.folder,
    env: { ...process.env, HOME: host.accountHome, PATH: [fake.bin, PATH].join(delimiter) },
    onStatus: (status: { readonly kind: string }) => status.kind === 'held' && told.push(status),
  });
  await life.up;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    told,
    client: createClient({ url, key: readOwnerKey(copy) ?? '' }),
    async end(): Promise<void> {
      life.killAll();
      await life.exited;
      await until(() => life.isGone, { withinMs: 60_000, what: 'the copy is gone' });
    },
  };
}

test('a copy of its own starts, writes to and takes away no agent of the original', { timeout: 240_000 }, async () => {
  const [pid, before] = [await host.pidOf('scout'), settings()];
  const copy = await startCopy('copy', '--as-copy');
  try {
    expect(copy.told).toEqual([{ kind: 'held', runs: 0, left: ['scout'] }]);
    const [family] = (await copy.client.listFamilies({ query: {} })).data;
    const { id: familyId = '' } = family ?? {};
    expect((await copy.client.listGateways({ params: { familyId } })).data).toEqual([]);
    const { principalId } = await host.status('scout');
    const ask = async (order: 'provision' | 'stop' | 'deprovision', body = {}) =>
      await copy.client.orderGateway({ params: { familyId, principalId, order }, body });
    await expect(ask('stop')).rejects.toThrow('scout has no gateway on this host');
    await expect(ask('deprovision')).rejects.toThrow('scout has no gateway on this host');
    const asked = ask('provision', { model: 'acme/one', credential: 'unneeded' });
    await expect(asked).rejects.toThrow('is there already');
  } finally {
    await copy.end();
  }
  expect(settings()).toBe(before);
  expect(await host.pidOf('scout')).toBe(pid);
});

test(
  'a copy that takes over goes on with the gateway that runs, and stops it when asked to',
  { timeout: 240_000 },
  async () => {
    const { principalId } = await host.status('scout');
    const pid = await host.pidOf('scout');
    await host.end();
    const copy = await startCopy('taken', '--take-over');
    try {
      const [family] = (await copy.client.listFamilies({ query: {} })).data;
      const { id: familyId = '' } = family ?? {};
      const seen = async () => (await copy.client.listGateways({ params: { familyId } })).data[0];
      await until(() => settings().includes(copy.url), { withinMs: 60_000, what: 'it is told where we are' });
      expect((await seen())?.process).toMatchObject({ state: 'running', pid });
      await copy.client.orderGateway({ params: { familyId, principalId, order: 'deprovision' }, body: {} });
      const isGone = async () => (await seen())?.status === 'removed';
      await until(isGone, { withinMs: 60_000, what: 'it is taken away', everyMs: 100 });
      expect(isAlive(pid)).toBe(false);
      await until(() => host.processes().length === 0, { what: 'nothing of it runs' });
    } finally {
      await copy.end();
    }
  },
);
