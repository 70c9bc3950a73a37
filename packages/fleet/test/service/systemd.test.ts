/** Units as text, and what is done where systemd or OpenClaw refuses. With a real systemd: `npm run test:systemd`. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPerdureError } from '@perdure/contract';
import { tempFolder } from '@perdure/testing/after-test';
import { describe, expect, it } from 'vitest';
import { openSystemd } from '../../src/service/index.ts';
import type { Ran, RunProgram } from '../../src/service/run-program.ts';
import { dropIn, homeIn, isUpToDate, stateIn, withHeap } from '../../src/service/systemd/unit.ts';
import { makePlace, type Place } from './place.ts';

/** As OpenClaw 2026.9.6 wrote it, on a real systemd. */
const unit = readFileSync(new URL('fixtures/openclaw-gateway-alpha.service', import.meta.url), 'utf8');

const identify = (pid: number) => (pid === 0 ? undefined : { pid, startedAt: 'then' });
const shown = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

describe('a unit', () => {
  it('tells its home, also one with blanks and percent signs', () => {
    expect(homeIn(unit)).toBe('/home/member/.openclaw-alpha');
    expect(homeIn('Environment="OPENCLAW_STATE_DIR=/home/a b/.open\\"claw"\n')).toBe('/home/a b/.open"claw');
    expect(homeIn('Environment=OPENCLAW_STATE_DIR=/home/50%%/x\n')).toBe('/home/50%/x');
    expect(homeIn('[Service]\nExecStart=/bin/true\n')).toBeUndefined();
  });

  it.each([
    [{}, true],
    [{ entry: '/opt/openclaw/node_modules/openclaw/dist/entry.js' }, true],
    [{ entry: '/opt/openclaw-2026.9.6/node_modules/openclaw/openclaw.mjs' }, false],
    [{ node: '/opt/node-26/bin/node' }, false],
    [{ port: 1_884 }, false],
  ] as const)('is what is to run, or another release, Node or port: %o', (given, isSo) => {
    const { port = 18_840, ...program }: { readonly port?: number; readonly node?: string; readonly entry?: string } =
      given;
    const usual = { node: '/opt/node/bin/node', entry: '/opt/openclaw/node_modules/openclaw/openclaw.mjs' };
    expect(isUpToDate({ port, program: { ...usual, ...program } }, unit)).toBe(isSo);
    expect(isUpToDate({ port, program: { ...usual, ...program } }, withHeap(unit, 2_048))).toBe(isSo);
    expect(isUpToDate({ port, program: usual })).toBe(false);
  });

  it('gets a heap of ours, and nothing else of it changes', () => {
    const changed = withHeap(unit, 2_048);
    expect(changed).toContain('--max-old-space-size=2048 ');
    expect(changed.replace('=2048 ', '=8192 ')).toBe(unit);
  });

  it.skipIf(!existsSync('/usr/bin/systemd-analyze'))(
    'and what we add to it are taken by systemd without a word',
    () => {
      const folder = tempFolder();
      const path = join(folder, 'openclaw-gateway-alpha.service');
      const home = join(folder, 'with blank %h $HOME');
      mkdirSync(`${path}.d`);
      const runnable = unit.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true').replaceAll('/home/member', folder);
      writeFileSync(path, withHeap(runnable, 2_048));
      writeFileSync(join(`${path}.d`, 'perdure.conf'), dropIn(home, join(home, 'service.log')));
      const answer = execFileSync('sh', ['-c', 'systemd-analyze --user verify "$0" 2>&1', path], {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin', XDG_RUNTIME_DIR: folder, HOME: folder },
      });
      // Of units of the machine it may say something.
      expect(answer.split('\n').filter((line) => line.includes('openclaw') || line.includes('perdure'))).toEqual([]);
    },
  );
});

describe('how a unit stands', () => {
  it.each([
    [{ LoadState: 'not-found' }, { kind: 'absent' }],
    [{ LoadState: 'loaded', ActiveState: 'inactive', UnitFileState: 'disabled', MainPID: '0' }, { kind: 'stopped' }],
    [
      { ActiveState: 'failed', UnitFileState: 'disabled', MainPID: '0', ExecMainCode: '2', ExecMainStatus: '9' },
      { kind: 'stopped' },
    ],
    [
      { ActiveState: 'active', UnitFileState: 'enabled', MainPID: '7', NRestarts: '2' },
      { kind: 'running', process: { pid: 7, startedAt: 'then' }, restarts: 2 },
    ],
    [
      {
        ActiveState: 'failed',
        UnitFileState: 'enabled',
        MainPID: '0',
        NRestarts: '0',
        ExecMainCode: '1',
        ExecMainStatus: '78',
      },
      { kind: 'failed', exitCode: 78, restarts: 0 },
    ],
    [
      {
        ActiveState: 'activating',
        SubState: 'auto-restart',
        UnitFileState: 'enabled',
        MainPID: '0',
        NRestarts: '1',
        ExecMainCode: '2',
        ExecMainStatus: '9',
        RestartUSec: '5s',
      },
      { kind: 'failed', exitCode: undefined, signal: 'SIGKILL', restarts: 1, nextAt: 6_000 },
    ],
  ])('%o', (fields, state) => {
    expect(stateIn(shown(fields), { identify, now: 1_000 })).toEqual(state);
  });
});

const openOn = (place: Place, run: RunProgram) =>
  openSystemd({
    user: 'member',
    accountHome: place.spec.accountHome,
    runtimeDir: '/nowhere',
    log: () => undefined,
    run,
  });
const refusing =
  (asked: string[][]): RunProgram =>
  (program, words, { env }) => {
    asked.push([program, ...words]);
    expect(Object.keys(env).toSorted()).toEqual([
      'DBUS_SESSION_BUS_ADDRESS',
      'HOME',
      'LANG',
      'LOGNAME',
      'PATH',
      'USER',
      'XDG_RUNTIME_DIR',
    ]);
    return Promise.resolve<Ran>({ code: 1, stdout: '', stderr: 'Failed to connect to bus\n' });
  };

describe('a service manager that refuses', () => {
  it('is told in one sentence, and nothing was made', async () => {
    const place = await makePlace('alpha');
    const asked: string[][] = [];
    const manager = openOn(place, refusing(asked));
    await expect(manager.install(place.spec)).rejects.toSatisfy(
      (error) => isPerdureError(error, 'unavailable') && error.message.includes('Failed to connect to bus'),
    );
    expect(asked).toHaveLength(1);
    expect(existsSync(join(place.spec.accountHome, '.config'))).toBe(false);
  });

  it('is told with its reason, also where OpenClaw warns of something else at length before', async () => {
    const place = await makePlace('alpha');
    const stderr = `[config] warnings: ${'settings cannot be checked; '.repeat(40)}\nGateway did not start: exit code 1\n`;
    const manager = openOn(place, async () => ({ code: 1, stdout: '', stderr }));
    const told = await manager.install(place.spec).catch((error: Error) => error.message);
    expect(told).toMatch(
      /^The service manager .*\[config\] warnings: .* … .*Gateway did not start: exit code 1\); look/,
    );
    expect(told?.length).toBeLessThan(600);
  });

  it('is not asked about a home that OpenClaw makes no service for', async () => {
    const accountHome = tempFolder();
    const place = await makePlace('alpha', { accountHome, home: join(accountHome, 'elsewhere') });
    const asked: string[][] = [];
    const manager = openOn(place, refusing(asked));
    await expect(manager.install(place.spec)).rejects.toSatisfy((error) => isPerdureError(error, 'conflict'));
    expect(asked).toEqual([]);
  });

  it('is not asked to touch a unit of the same name that is another one', async () => {
    const place = await makePlace('alpha');
    const folder = join(place.spec.accountHome, '.config', 'systemd', 'user');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'openclaw-gateway-alpha.service'), '[Service]\nExecStart=/bin/true\n');
    const asked: string[][] = [];
    const manager = openOn(place, refusing(asked));
    for (const act of [
      manager.install(place.spec),
      manager.stop(place.spec, { graceMs: 0 }),
      manager.remove(place.spec, { graceMs: 0 }),
    ])
      await expect(act).rejects.toSatisfy((error) => isPerdureError(error, 'conflict'));
    expect(asked).toEqual([]);
  });
});
