/** Gateways as units of a real systemd: what every service manager keeps to, and once with OpenClaw itself. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { execFileSync, spawnSync } from 'node:child_process';
import { openKeeper, openSystemd, openTheirs, SystemdControl, theirUnits } from '@perdure/fleet/service';
import { freePorts, until } from '@perdure/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serviceConformance } from '../../packages/fleet/test/service/conformance.ts';
import { makePlace } from '../../packages/fleet/test/service/place.ts';

const accountHome = homedir();
const units = join(accountHome, '.config', 'systemd', 'user');
const { PERDURE_TEST_OPENCLAW_AT: openclaw, XDG_RUNTIME_DIR: runtimeDir = '' } = process.env;

const said: string[] = [];
const open = () => openSystemd({ user: userInfo().username, accountHome, runtimeDir, log: (line) => said.push(line) });

serviceConformance('systemd', {
  open: async (handle) => {
    const place = await makePlace(handle, { accountHome });
    const manager = open();
    onTestFinished(async () => {
      await manager.remove(place.spec, { graceMs: 0 });
      rmSync(place.spec.home, { recursive: true, force: true });
    });
    return { manager, place, another: open };
  },
});

describe('a unit of systemd', () => {
  it('is one that systemd finds nothing to say about, with a heap that leaves room for others', async () => {
    const { spec } = await makePlace('verified', { accountHome });
    const manager = open();
    await manager.install(spec);
    const path = join(units, manager.nameOf(spec));
    expect(
      execFileSync('systemd-analyze', ['--user', 'verify', path], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    ).toBe('');
    expect(readFileSync(path, 'utf8')).toContain('--max-old-space-size=2048 ');
    await manager.remove(spec, { graceMs: 0 });
    expect(readdirSync(units).filter((name) => name.includes('verified'))).toEqual([]);
    rmSync(spec.home, { recursive: true });
  });

  it('stays when its account logs out', () => {
    const shown = execFileSync('loginctl', ['show-user', 'member', '--property=Linger', '--value'], {
      encoding: 'utf8',
    });
    expect(shown.trim()).toBe('yes');
    expect(said).toEqual([]);
  });
});

const systemctl = (...words: readonly string[]): string =>
  spawnSync('systemctl', ['--user', ...words], { encoding: 'utf8' }).stdout.trim();

it('a unit that somebody wrote by hand is stopped, put aside, and put back as it was: enabled, and running', async () => {
  const { spec } = await makePlace('byhand', { accountHome });
  const name = 'openclaw-byhand.service';
  const file = join(units, name);
  const text = '[Service]\nExecStart=/bin/sleep 1000\nRestart=always\n[Install]\nWantedBy=default.target\n';
  mkdirSync(units, { recursive: true });
  writeFileSync(file, text, { mode: 0o644 });
  for (const words of [['daemon-reload'], ['enable', name], ['start', name]]) systemctl(...words);
  const kept = join(accountHome, 'kept');
  onTestFinished(() => {
    systemctl('disable', '--now', name);
    for (const path of [file, spec.home, kept]) rmSync(path, { recursive: true, force: true });
  });
  const control = new SystemdControl({ user: userInfo().username, accountHome, runtimeDir, log: () => undefined });
  const managers = { systemd: theirUnits(control) };
  const theirs = openTheirs({ managers, readiness: async () => 'ready' });
  const keeper = openKeeper({ managers });
  const whole = { ...spec, runner: { services: [{ manager: 'systemd', name, file } as const] } };
  const first = await theirs.state(whole);
  if (first.kind !== 'running') throw new Error(`it is ${first.kind}`);
  expect(await keeper.keep(whole, kept)).toBe(true);
  expect(await theirs.stop(whole, { graceMs: 10_000 })).toBe('stopped');
  expect([(await theirs.state(whole)).kind, systemctl('is-enabled', name)]).toEqual(['stopped', 'enabled']);
  await keeper.takeAway(whole, kept);
  await keeper.takeAway(whole, kept);
  expect([existsSync(file), existsSync(join(units, 'default.target.wants', name))]).toEqual([false, false]);
  expect(await theirs.state(whole)).toEqual({ kind: 'absent' });
  await keeper.putBack(whole, kept);
  await theirs.start(whole);
  expect([readFileSync(file, 'utf8'), systemctl('is-enabled', name)]).toEqual([text, 'enabled']);
  const again = await theirs.state(whole);
  expect(again.kind === 'running' && again.process.pid !== first.process.pid).toBe(true);
});

describe.skipIf(openclaw === undefined)('OpenClaw itself', () => {
  it('is installed, started, killed, started again by systemd, stopped and removed, and nothing is left', async () => {
    const home = join(accountHome, '.openclaw-real');
    mkdirSync(home, { mode: 0o700 });
    const [port = 0] = await freePorts(1);
    const auth = { mode: 'token', token: 'a-token-for-a-test-alone' };
    const settings = {
      gateway: { mode: 'local', port, bind: 'loopback', auth },
      browser: { enabled: false },
      telemetry: { enabled: false },
      logging: { file: join(home, 'logs', 'gateway.log') },
    };
    writeFileSync(join(home, 'openclaw.json'), JSON.stringify(settings), { mode: 0o600 });
    const program = { node: process.execPath, entry: join(openclaw ?? '', 'openclaw.mjs') };
    const spec = { handle: 'real', home, port, accountHome, program };
    const manager = open();
    onTestFinished(async () => await manager.remove(spec, { graceMs: 0 }));
    const isReady = async (): Promise<boolean> =>
      (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok === true;
    await manager.install(spec);
    await manager.install(spec);
    expect(await manager.state(spec)).toEqual({ kind: 'stopped' });
    await manager.start(spec);
    await until(isReady, { what: 'it is ready', withinMs: 180_000, everyMs: 250 });
    const first = await manager.state(spec);
    if (first.kind !== 'running') throw new Error(`it is ${first.kind}`);
    process.kill(first.process.pid, 'SIGKILL');
    const again = async () => {
      const state = await manager.state(spec);
      return state.kind === 'running' && state.process.pid !== first.process.pid && state;
    };
    expect(await until(again, { what: 'it is started again', withinMs: 60_000 })).toMatchObject({ restarts: 1 });
    await until(isReady, { what: 'it is ready again', withinMs: 180_000, everyMs: 250 });
    expect((await manager.lastLines(spec, 5)).length).toBeGreaterThan(0);
    expect(await manager.stop(spec, { graceMs: 60_000 })).toBe('stopped');
    expect(await isReady()).toBe(false);
    await manager.remove(spec, { graceMs: 1_000 });
    expect(await manager.state(spec)).toEqual({ kind: 'absent' });
    expect(readdirSync(units).filter((name) => name.includes('real'))).toEqual([]);
    expect(existsSync(home)).toBe(true);
  });
});
