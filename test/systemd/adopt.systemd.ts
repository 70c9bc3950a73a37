/**
 * A gateway of OpenClaw that somebody runs by a unit of their own: taken in while it runs, put back as it was where its
 * mending comes to nothing, mended, and run by a unit of ours from then on.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePorts, handMadeSecrets, makeHandMade, until } from '@perdure/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FamilyHost, readIfAny } from '../e2e/family-host.ts';

const { PERDURE_TEST_OPENCLAW_AT: openclaw } = process.env;
const accountHome = homedir();
const units = join(accountHome, '.config', 'systemd', 'user');
const theirs = 'openclaw-clerk.service';
const ours = 'openclaw-gateway-clerk.service';

const home = (...path: readonly string[]): string => join(accountHome, '.openclaw-clerk', ...path);

const systemctl = (...words: readonly string[]): string =>
  spawnSync('systemctl', ['--user', ...words], { encoding: 'utf8' }).stdout.trim();
const show = (unit: string, name: string): string => systemctl('show', unit, `--property=${name}`, '--value');
/** Whether it runs, and whether it would after a start of the machine. */
const standing = (unit: string): readonly string[] => [show(unit, 'ActiveState'), show(unit, 'UnitFileState')];

describe.skipIf(openclaw === undefined)('a gateway that runs as a unit of somebody else', () => {
  let host: FamilyHost;
  let file: string;
  let text: string;

  beforeAll(async () => {
    host = await FamilyHost.start(join(openclaw ?? '', '..', '.bin'), {
      accountHome,
      onLine: (line) => void process.stdout.write(`${line}\n`),
    });
    host.system.setModelScript([{ text: 'NO_REPLY' }]);
    const [port = 0] = await freePorts(1);
    const server = { baseUrl: host.system.demoModelUrl, api: 'openai-completions', apiKey: 'sk-canary-of-the-demo' };
    const made = makeHandMade({
      accountHome,
      handle: 'clerk',
      port,
      service: 'systemd',
      words: [process.execPath, join(openclaw ?? '', 'openclaw.mjs'), '--profile', 'clerk', 'gateway', 'run'],
      hasComments: true,
      hasAuthFiles: false,
      settings: {
        gateway: { mode: 'local', port, bind: 'loopback' },
        agents: { defaults: { model: { primary: 'demo/demo' } } },
        models: { providers: { demo: { ...server, models: [{ id: 'demo', name: 'demo' }] } } },
      },
    });
    file = made.file ?? '';
    text = readFileSync(file, 'utf8');
    for (const words of [['daemon-reload'], ['enable', theirs], ['start', theirs]]) systemctl(...words);
    const isReady = async (): Promise<boolean> =>
      (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok === true;
    await until(isReady, { what: 'it is ready', withinMs: 180_000, everyMs: 250 });
    await host.perdure('family', 'init', 'main');
  }, 300_000);
  afterAll(async () => {
    for (const unit of [theirs, ours]) systemctl('disable', '--now', unit);
    await host?.[Symbol.asyncDispose]();
    for (const path of [file, home()]) rmSync(path, { recursive: true, force: true });
  });

  it('is found with its unit, and taken in while it runs, with nothing of it touched', async () => {
    const pid = show(theirs, 'MainPID');
    const { stdout } = await host.perdure('family', 'adopt', '--scan');
    expect(stdout).toContain(theirs);
    expect(stdout).not.toContain('canary');
    await host.perdure('family', 'adopt', 'clerk');
    expect(await host.status('clerk')).toMatchObject({ service: 'its_own', serviceName: theirs, wanted: 'up' });
    expect([show(theirs, 'MainPID'), readFileSync(file, 'utf8')]).toEqual([pid, text]);
  });

  it('is run by that unit as before where one thing is mended', async () => {
    const pid = show(theirs, 'MainPID');
    await host.perdure('family', 'mend', 'clerk', 'loose_files', '--yes');
    expect(await host.status('clerk')).toMatchObject({ service: 'its_own', readiness: 'ready', wanted: 'up' });
    expect(standing(theirs)).toEqual(['active', 'enabled']);
    expect(show(theirs, 'MainPID')).not.toBe(pid);
  });

  it('has its unit and its files back, and runs, where a unit of ours cannot run it', async () => {
    const before = readFileSync(home('openclaw.json'), 'utf8');
    const dropIn = join(units, `${ours}.d`, 'broken.conf');
    mkdirSync(dirname(dropIn), { recursive: true });
    writeFileSync(dropIn, '[Service]\nExecStart=\nExecStart=/bin/false\n');
    try {
      await expect(host.perdure('family', 'mend', 'clerk', '--all', '--yes')).rejects.toThrow();
    } finally {
      rmSync(dirname(dropIn), { recursive: true, force: true });
      systemctl('daemon-reload');
    }
    // It is started, and not waited for.
    const isReady = async (): Promise<boolean> => (await host.status('clerk')).readiness === 'ready';
    await until(isReady, { what: 'it is ready again', withinMs: 120_000, everyMs: 250 });
    expect(await host.status('clerk')).toMatchObject({ service: 'its_own', wanted: 'up' });
    expect([readFileSync(file, 'utf8'), ...standing(theirs)]).toEqual([text, 'active', 'enabled']);
    expect([show(ours, 'LoadState'), readFileSync(home('openclaw.json'), 'utf8')]).toEqual(['not-found', before]);
  }, 400_000);

  it('is run by a unit of ours once all is mended, and none of its secrets lies in that', async () => {
    await host.perdure('family', 'mend', 'clerk', '--all', '--yes');
    const status = await host.status('clerk');
    expect(status).toMatchObject({ status: 'ready', service: 'systemd', serviceName: ours, readiness: 'ready' });
    expect(standing(ours)).toEqual(['active', 'enabled']);
    expect(show(ours, 'MainPID')).toBe(String(status.process.pid));
    expect([show(theirs, 'LoadState'), existsSync(file)]).toEqual(['not-found', false]);
    const left = readdirSync(units, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes(theirs));
    expect(left).toEqual([]);
    const said = [join(units, ours), `/proc/${status.process.pid}/cmdline`, home('openclaw.json')].map(readIfAny);
    expect(said.filter((one) => one === '')).toEqual([]);
    expect(said.filter((one) => /canary/.test(one))).toEqual([]);
    expect(readFileSync(home('.env'), 'utf8')).toContain(handMadeSecrets.service);
    expect(readFileSync(home('openclaw.json'), 'utf8')).toContain('// written by generate-config.sh');
  });

  it('answers through the hub, and is started again by systemd when it was killed', async () => {
    const { stdout } = await host.perdure('channels', 'dm', 'clerk', '--json');
    const { id } = (JSON.parse(stdout) as { readonly data: { readonly id: string } }).data;
    host.system.setModelScript([{ text: 'The clerk is here.' }]);
    await host.perdure('messages', 'send', 'clerk', 'Are you there?');
    await host.hears(id, 'clerk', 'The clerk is here.');
    const before = await host.pidOf('clerk');
    process.kill(before, 'SIGKILL');
    host.system.setModelScript([{ text: 'The clerk is back.' }]);
    await host.perdure('messages', 'send', 'clerk', 'What was that?');
    await host.hears(id, 'clerk', 'The clerk is back.');
    expect(await host.pidOf('clerk')).not.toBe(before);
    expect((await host.perdure('family', 'mend', 'clerk')).stdout).toMatch(/Nothing is wrong with/);
    expect(execFileSync('systemd-analyze', ['--user', 'verify', join(units, ours)], { encoding: 'utf8' })).toBe('');
  });
});
