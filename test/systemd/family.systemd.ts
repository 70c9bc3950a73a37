/**
 * An agent that is made, kept running and taken away by systemd, by the commands of the product alone: Perdure runs
 * beside it, as the same account, and is no parent of it.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { until } from '@perdure/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FamilyHost, readIfAny } from '../e2e/family-host.ts';

const { PERDURE_TEST_OPENCLAW_AT: openclaw } = process.env;
const accountHome = homedir();
const units = join(accountHome, '.config', 'systemd', 'user');
const unit = 'openclaw-gateway-scout.service';
const canary = 'sk-ant-canary-of-the-installer';

const show = (name: string): string =>
  execFileSync('systemctl', ['--user', 'show', unit, `--property=${name}`, '--value'], { encoding: 'utf8' }).trim();

describe.skipIf(openclaw === undefined)('an agent that systemd keeps running', () => {
  let host: FamilyHost;
  const isReady = async (): Promise<boolean> => {
    const { readiness, process } = await host.status('scout');
    return process.state === 'running' && readiness === 'ready';
  };

  beforeAll(async () => {
    host = await FamilyHost.start(join(openclaw ?? '', '..', '.bin'), {
      accountHome,
      env: { ANTHROPIC_API_KEY: canary },
      onLine: (line) => void process.stdout.write(`${line}\n`),
    });
    host.system.setModelScript([{ text: 'NO_REPLY' }]);
  }, 120_000);
  afterAll(async () => await host?.[Symbol.asyncDispose]());

  it('is made as a unit that is enabled, and in which there is no key of who made it', async () => {
    await host.perdure('family', 'init', 'main');
    await host.perdure('family', 'add', 'scout', '--model', 'demo/demo', '--no-key');
    expect(await host.status('scout')).toMatchObject({ status: 'ready', service: 'systemd', serviceName: unit });
    expect([show('ActiveState'), show('UnitFileState')]).toEqual(['active', 'enabled']);
    const files = readdirSync(units, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('scout'));
    expect(files.length).toBeGreaterThan(1);
    const pid = await host.pidOf('scout');
    expect(show('MainPID')).toBe(String(pid));
    const said = [`/proc/${pid}/environ`, `/proc/${pid}/cmdline`, ...wholeFiles(join(accountHome, '.openclaw-scout'))];
    expect(said.filter((file) => readIfAny(file).includes(canary))).toEqual([]);
  });

  it('goes on when Perdure is ended, and is known again when it is back', async () => {
    const before = await host.pidOf('scout');
    await host.restart();
    expect(await host.pidOf('scout')).toBe(before);
    expect(show('MainPID')).toBe(String(before));
  });

  it('is started again by systemd when it was killed, and answers through the hub', async () => {
    const before = await host.pidOf('scout');
    host.system.setModelScript([{ text: 'Back again.' }]);
    process.kill(before, 'SIGKILL');
    await until(async () => (await isReady()) && (await host.pidOf('scout')) !== before, {
      what: 'systemd has started it again',
      withinMs: 180_000,
      everyMs: 500,
    });
    const { stdout } = await host.perdure('channels', 'dm', 'scout', '--json');
    const { id } = (JSON.parse(stdout) as { readonly data: { readonly id: string } }).data;
    await host.perdure('messages', 'send', 'scout', 'What was that?');
    await host.hears(id, 'scout', 'Back again.');
  });

  it('that is stopped is disabled too, and comes back when it is started', async () => {
    await host.perdure('family', 'stop', 'scout', '--now');
    expect([show('ActiveState'), show('UnitFileState')]).toEqual(['inactive', 'disabled']);
    await host.perdure('family', 'start', 'scout');
    expect([show('ActiveState'), show('UnitFileState')]).toEqual(['active', 'enabled']);
  });

  it('leaves an archive when it is taken away, and no unit, process or home', async () => {
    await host.perdure('family', 'deprovision', 'scout', '--yes');
    expect(await host.status('scout')).toMatchObject({ status: 'removed' });
    expect([show('LoadState'), existsSync(join(accountHome, '.openclaw-scout'))]).toEqual(['not-found', false]);
    const left = readdirSync(units, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('scout'));
    expect([left, host.processes()]).toEqual([[], []]);
  });
});

function wholeFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
