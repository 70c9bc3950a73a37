/**
 * Keys of providers that stand in the environment of whoever installs: no gateway and no command of OpenClaw's is given
 * them, and they are in no file of the agent nor of ours. Its gateway is a fake; the environment is made by us.
 */

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needlesOf, searchFolder, sightingsIn, quietPort, until, type Sighting } from '@perdure/testing';
import { killAfterTest } from '@perdure/testing/after-test';
import { installFakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { expect, onTestFinished, test } from 'vitest';
import { FamilyHost, readIfAny } from './family-host.ts';

const names = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'OPENROUTER_API_KEY', 'OPENCLAW_GATEWAY_TOKEN', 'A_KEY_OF_MINE'];
const canaries = names.map((name) => ({ name, value: `canary-${name}-${randomBytes(18).toString('hex')}` }));
const needles = needlesOf(canaries);

/** Looks at all that runs for this account's agents, as often as it can: a command lives for a moment. */
function watchProcesses(accountHome: string) {
  const seen = new Set<string>();
  const sightings: Sighting[] = [];
  const look = (): void => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const environment = readIfAny(`/proc/${pid}/environ`);
      if (!environment.includes(`OPENCLAW_STATE_DIR=${accountHome}/`)) continue;
      const words = readIfAny(`/proc/${pid}/cmdline`).split('\0');
      seen.add(words.join(' '));
      sightings.push(...sightingsIn(Buffer.from(`${environment}\0${words.join('\0')}`), words.join(' '), needles));
    }
  };
  const timer = setInterval(look, 10);
  return {
    seen,
    sightings,
    end: () => clearInterval(timer),
  };
}

test(
  'M7: keys of the environment are given to no gateway and no command, and are in no file',
  { timeout: 240_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'perdure-fake-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const fake = installFakeOpenclaw(folder);
    const env = Object.fromEntries(canaries.map(({ name, value }) => [name, value]));
    await using host = await FamilyHost.start(fake.bin, { env });
    const watch = watchProcesses(host.accountHome);
    onTestFinished(() => watch.end());
    await host.perdure('family', 'init', 'main');
    await host.perdure(
      'family',
      'add',
      'scout',
      '--model',
      'demo/demo',
      '--no-key',
      '--service',
      'supervisor',
      '--port',
      String(quietPort()),
    );
    await host.perdure('family', 'restart', 'scout');
    await until(async () => (await host.status('scout')).readiness === 'ready', {
      withinMs: 30_000,
      what: 'it is back',
    });
    // Such a command lives for a moment: it goes on when it was seen.
    const hold = join(folder, 'hold');
    writeFileSync(hold, '');
    fake.behave({ holds: { 'backup create': hold } });
    const backup = host.perdure('family', 'backup', 'scout');
    const words = () => [...watch.seen].join('\n');
    for (const one of ['gateway run', 'backup create', 'perdure-keeper']) {
      await until(() => words().includes(one), { withinMs: 60_000, what: `${one} is seen` });
    }
    rmSync(hold);
    await backup;
    const homes = searchFolder(host.accountHome, needles);
    await host.perdure('family', 'deprovision', 'scout', '--yes');
    // What the search sees: such a key in such a process, and one in a file.
    expect(watch.sightings).toEqual([]);
    expect(homes.sightings).toEqual([]);
    expect(homes.places).toBeGreaterThan(20);
    expect(searchFolder(host.system.paths.root, needles).sightings).toEqual([]);
    const leaky = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      env: { ...env, OPENCLAW_STATE_DIR: `${host.accountHome}/x` },
      stdio: 'ignore',
    });
    killAfterTest(leaky.pid);
    await until(() => watch.sightings.length >= canaries.length, { withinMs: 10_000, what: 'a leak is seen' });
  },
);
