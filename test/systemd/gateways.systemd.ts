/** Gateways as units of a real systemd: what every service manager keeps to, and once with OpenClaw itself. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { openSystemd } from '@perdure/fleet/service';
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
  restartWithinMs: 20_000,
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
