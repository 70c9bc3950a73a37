/**
 * Two accounts of one machine, each with a family of its own: they share its ports, and see nothing else of each other.
 * Only root can start processes of others.
 */

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { geteuid, platform } from 'node:process';
import { fileURLToPath } from 'node:url';
import { probeGateway } from '@perdure/fleet/openclaw';
import { quietPort, until } from '@perdure/testing';
import { installFakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { expect, onTestFinished, test } from 'vitest';
import { FamilyHost } from './family-host.ts';
import { addAgain, may, wantedOf } from './two-accounts.ts';

/** `nobody` and `daemon`, on every Linux. */
const accounts = [
  { uid: 65_534, gid: 65_534 },
  { uid: 1, gid: 1 },
] as const;

const main = fileURLToPath(import.meta.resolve('perdure/main'));
const isRoot = platform === 'linux' && geteuid?.() === 0;

test.runIf(isRoot)(
  'two accounts have gateways on ports of their own, see nothing of each other, and are told whose port is taken',
  { timeout: 240_000 },
  async ({ skip }) => {
    const hidden = accounts.filter((account) => may({ account }, [main]).length === 0);
    if (hidden.length > 0) skip(`other accounts may not read ${main}, so they cannot run it`);
    const folder = mkdtempSync(join(tmpdir(), 'perdure-fake-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    chmodSync(folder, 0o755);
    const fake = installFakeOpenclaw(folder);
    await using ada = await FamilyHost.start(fake.bin, { account: accounts[0] });
    await using ben = await FamilyHost.start(fake.bin, { account: accounts[1] });
    for (const host of [ada, ben]) await host.perdure('family', 'init', 'main');
    const words = ['--model', 'demo/demo', '--no-key', '--service', 'supervisor'];
    for (const host of [ada, ben]) await addAgain(host, 'scout', words);
    const ports = await Promise.all([ada, ben].map(async (host) => (await host.status('scout')).port));
    expect(Math.abs((ports[0] ?? 0) - (ports[1] ?? 0))).toBeGreaterThanOrEqual(120);

    // For whoever is another account: each of them has seen its own one ready.
    for (const port of ports) {
      expect(await probeGateway(port ?? 0, { timeoutMs: 5_000 })).toMatchObject({
        readiness: 'stranger',
        httpStatus: 200,
      });
    }

    // The folders above are opened, as those of homes often are: what lies in them is not.
    for (const { accountHome, system } of [ada, ben]) {
      for (const path of [join(accountHome, '..'), accountHome, system.folder]) chmodSync(path, 0o755);
    }
    expect(may(ben, [ada.accountHome])).toEqual([`list ${ada.accountHome}`]);
    for (const host of [ada, ben]) expect(may(host, wantedOf(host)).length).toBeGreaterThan(20);
    expect(may(ben, wantedOf(ada))).toEqual([]);
    expect(may(ada, wantedOf(ben))).toEqual([]);
    const secrets = Object.values(
      JSON.parse(readFileSync(join(ada.accountHome, '.openclaw-scout', 'secrets.json'), 'utf8')) as object,
    ).filter((value: string) => value.length > 10);
    expect(secrets.length).toBeGreaterThan(1);
    const shown = execFileSync('/bin/ps', ['-eo', 'args'], { encoding: 'utf8' });
    expect(secrets.filter((secret: string) => shown.includes(secret))).toEqual([]);

    // Of one that does not run nobody else knows that it has a port.
    const wanted = [...words, '--port', String(quietPort())];
    await ada.perdure('family', 'add', 'miner', ...wanted);
    await ada.perdure('family', 'stop', 'miner');
    await ben.perdure('family', 'add', 'ranger', ...wanted);
    await expect(ada.perdure('family', 'start', 'miner')).rejects.toThrow(/is taken by another program/);
    expect(await ada.status('miner')).toMatchObject({ readiness: 'stranger', process: { state: 'stopped' } });
    await ben.perdure('family', 'stop', 'ranger');
    await ada.perdure('family', 'start', 'miner');
    const isReady = async () => (await ada.status('miner')).readiness === 'ready';
    await until(isReady, { withinMs: 60_000, what: 'it is back', everyMs: 100 });
  },
);
