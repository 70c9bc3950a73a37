/** Our own supervisor and real gateways of OpenClaw: what the small gateway of the fast suite stands for. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { execFileSync } from 'node:child_process';
import { gatewayProgram, probeGateway } from '@perdure/fleet/openclaw';
import { openSupervisor } from '@perdure/fleet/service';
import { freePorts, installed, until } from '@perdure/testing';
import { tempFolder } from '@perdure/testing/after-test';
import { describe, expect, it, onTestFinished } from 'vitest';
import { handedOff } from '../../packages/fleet/src/service/supervisor/hand-off.ts';
import { releases } from './releases.ts';

describe.each(releases)('OpenClaw $version under our own supervisor', (release) => {
  it('is known after a restart of ours, is started again when it is killed, drains, and leaves nothing', async () => {
    const accountHome = tempFolder();
    const home = join(accountHome, '.openclaw-real');
    mkdirSync(home, { mode: 0o700 });
    const [port = 0] = await freePorts(1);
    const settings = {
      gateway: { mode: 'local', port, bind: 'loopback', auth: { mode: 'token', token: 'a-token-for-a-test-alone' } },
      browser: { enabled: false },
      telemetry: { enabled: false },
      logging: { file: join(home, 'logs', 'gateway.log') },
    };
    writeFileSync(join(home, 'openclaw.json'), JSON.stringify(settings), { mode: 0o600 });
    const entry = join(await installed(release), 'openclaw.mjs');
    const spec = { handle: 'real', home, port, accountHome, program: { node: process.execPath, entry } };
    const readiness = async () => (await probeGateway(port, { timeoutMs: 2_000 })).readiness;
    const open = () => openSupervisor({ folder: join(accountHome, 'fleet'), readiness, log: () => undefined });
    const isReady = async (): Promise<boolean> => (await readiness()) === 'ready';
    const first = open();
    onTestFinished(async () => await open().remove(spec, { graceMs: 0 }));
    first.watch();
    await first.install(spec);
    await first.start(spec);
    await until(isReady, { what: 'it is ready', withinMs: 180_000, everyMs: 250 });
    const before = await first.state(spec);
    await first[Symbol.asyncDispose]();

    const second = open();
    second.watch();
    onTestFinished(async () => await second[Symbol.asyncDispose]());
    expect(await second.state(spec)).toEqual(before);
    expect(await gatewayProgram(spec.program, { accountHome }).validate(home)).toEqual([]);
    if (before.kind !== 'running') throw new Error(`it is ${before.kind}`);
    expect(await handedOff(spec, before.process.pid)).toBe(false);
    process.kill(before.process.pid, 'SIGKILL');
    const isAgain = async () => {
      const state = await second.state(spec);
      return state.kind === 'running' && state.process.pid !== before.process.pid && state.restarts === 1;
    };
    await until(isAgain, { what: 'it is started again', withinMs: 60_000 });
    await until(isReady, { what: 'it is ready again', withinMs: 180_000, everyMs: 250 });
    expect(await second.stop(spec, { graceMs: 60_000 })).toBe('stopped');
    const processes = execFileSync('ps', ['-u', userInfo().username, '-o', 'args='], { encoding: 'utf8' });
    expect(processes.split('\n').filter((line) => line.includes(accountHome) || line.includes(String(port)))).toEqual(
      [],
    );
    expect(await readiness()).toBe('away');
  });
});
