/** Our own supervisor: what every service manager keeps to, and what may happen to it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPerdureError } from '@perdure/contract';
import { until } from '@perdure/testing';
import { isAlive, killAfterTest, killThose, tempFolder } from '@perdure/testing/after-test';
import { describe, expect, it } from 'vitest';
import { startKeeper } from '../../src/service/supervisor/keeper.ts';
import { claimForNobody, nextNumber } from '../../src/service/supervisor/lives.ts';
import { serviceConformance } from './conformance.ts';
import { keepersOf, makePlace, type Place } from './place.ts';
import { folderOf, supervisorFor } from './supervisor-place.ts';

const quick = { firstRestMs: 20, longestRestMs: 100, steadyMs: 60_000 };
/** Far more than it takes: who is killed here was obstinate, and not just slow. */
const soon = { graceMs: 30_000 };

serviceConformance('our own supervisor', {
  open: async (handle) => {
    const place = await makePlace(handle);
    const manager = supervisorFor(place);
    manager.watch();
    return { manager, place, another: () => supervisorFor(place) };
  },
});

/** The folder in which the lives of its service lie. */
function livesFolderOf(place: Place): string {
  const folder = join(folderOf(place), place.spec.handle);
  const { id } = JSON.parse(readFileSync(join(folder, 'unit.json'), 'utf8')) as { readonly id: string };
  return join(folder, id);
}

const oneRuns = (place: Place) =>
  until(() => place.left().length === 1 && keepersOf(place.spec.accountHome).length === 1, { what: 'just one runs' });

describe('a restart of ours', () => {
  it('takes up what runs, and starts nothing beside it', async () => {
    const place = await makePlace('alpha');
    const first = supervisorFor(place);
    first.watch();
    await first.install(place.spec);
    await first.start(place.spec);
    await until(() => place.lives().length === 1, { what: 'a life' });
    await first[Symbol.asyncDispose]();
    const second = supervisorFor(place, { pace: quick });
    second.watch();
    const { pid = 0 } = place.lives()[0] ?? {};
    expect(await second.state(place.spec)).toMatchObject({ kind: 'running', process: { pid } });
    process.kill(pid, 'SIGKILL');
    await until(() => place.lives().length === 2, { what: 'it is started again by who took it up' });
    expect(place.left()).toHaveLength(1);
  });

  it('knows with which exit code it ended while nobody was there', async () => {
    const place = await makePlace('alpha');
    const first = supervisorFor(place);
    await first.install(place.spec);
    place.behave({ exits: 78 });
    await first.start(place.spec);
    await until(() => place.lives().length === 1 && place.left().length === 0, { what: 'it ended' });
    await first[Symbol.asyncDispose]();
    const second = supervisorFor(place, { pace: quick });
    second.watch();
    const isGivenUp = async () => {
      const state = await second.state(place.spec);
      return state.kind === 'failed' && state.exitCode === 78 && state.nextAt === undefined;
    };
    await until(isGivenUp, { what: 'it is given up' });
    expect(place.lives()).toHaveLength(1);
  });

  it('at any moment of a start leaves one that is known, or none', { timeout: 240_000 }, async () => {
    const place = await makePlace('alpha');
    const starter = fileURLToPath(new URL('fixtures/starter.ts', import.meta.url));
    for (const afterMs of [0, 2, 4, 7, 10, 14, 20, 40]) {
      const child = spawn(process.execPath, [starter, folderOf(place), JSON.stringify(place.spec)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      killAfterTest(child.pid);
      await once(child.stdout, 'data');
      // The moment itself is what is tried here.
      const until = performance.now() + afterMs;
      while (performance.now() < until);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const supervisor = supervisorFor(place, { pace: quick });
      supervisor.watch();
      await supervisor.install(place.spec);
      await supervisor.start(place.spec);
      await oneRuns(place);
      expect(await supervisor.state(place.spec)).toMatchObject({ kind: 'running' });
      await supervisor.remove(place.spec, soon);
      await supervisor[Symbol.asyncDispose]();
      expect(place.left()).toEqual([]);
      expect(keepersOf(place.spec.accountHome)).toEqual([]);
    }
  });
});

describe('two of us at once', () => {
  it('M5: start one gateway, and one again each time that it dies', { timeout: 240_000 }, async () => {
    const place = await makePlace('alpha');
    const both = [supervisorFor(place, { pace: quick, everyMs: 5 }), supervisorFor(place, { pace: quick, everyMs: 5 })];
    const [first] = both;
    await first?.install(place.spec);
    for (const one of both) one.watch();
    await Promise.all(both.map(async (one) => await one.start(place.spec)));
    for (let fall = 1; fall <= 6; fall += 1) {
      await until(() => place.lives().length === fall, { what: `life ${fall}` });
      await oneRuns(place);
      process.kill(place.lives().at(-1)?.pid ?? 0, 'SIGKILL');
    }
    await until(() => place.lives().length === 7, { what: 'the last life' });
    await Promise.all(both.map(async (one) => await one.stop(place.spec, soon)));
    expect(place.left()).toEqual([]);
    expect(place.lives()).toHaveLength(7);
  });

  it('stop for good: a process that was started before the stop and comes late runs nothing', async () => {
    const place = await makePlace('alpha');
    const supervisor = supervisorFor(place);
    await supervisor.install(place.spec);
    const livesFolder = livesFolderOf(place);
    const number = nextNumber(livesFolder);
    claimForNobody(livesFolder);
    const { node, entry } = place.spec.program;
    const late = startKeeper({
      livesFolder,
      number,
      program: node,
      arguments: [entry],
      env: { PATH: '/usr/bin:/bin', OPENCLAW_STATE_DIR: place.spec.home },
      folder: place.spec.home,
      logFd: 2,
    });
    const [code] = (await once(late, 'exit')) as [number];
    expect(code).toBe(75);
    expect(place.lives()).toEqual([]);
    expect(readdirSync(livesFolder)).toEqual([String(number)]);
  });
});

describe('the number of a process', () => {
  it('M6: that was given to another one means nothing: that one is neither told nor killed', async () => {
    const place = await makePlace('alpha');
    const supervisor = supervisorFor(place);
    await supervisor.install(place.spec);
    const stranger = spawn('sleep', ['600'], { stdio: 'ignore', detached: true });
    killAfterTest(stranger.pid);
    const livesFolder = livesFolderOf(place);
    for (const name of ['1', '1.child']) writeFileSync(join(livesFolder, name), `${stranger.pid}\n4711@another-boot\n`);
    expect(await supervisor.state(place.spec)).toEqual({ kind: 'stopped' });
    await supervisor.remove(place.spec, soon);
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
  });
});

describe('a gateway that is kept', () => {
  it('is known still where who kept it was killed, and started again when it ends', async () => {
    const place = await makePlace('alpha');
    const supervisor = supervisorFor(place, { pace: quick });
    supervisor.watch();
    await supervisor.install(place.spec);
    await supervisor.start(place.spec);
    await until(() => place.lives().length === 1, { what: 'a life' });
    // Among them for a moment may be a command of its shell.
    killThose(...keepersOf(place.spec.accountHome));
    const { pid = 0 } = place.lives()[0] ?? {};
    await until(() => keepersOf(place.spec.accountHome).length === 0, { what: 'nobody keeps it' });
    expect(await supervisor.state(place.spec)).toMatchObject({ kind: 'running', process: { pid } });
    process.kill(pid, 'SIGKILL');
    await until(() => place.lives().length === 2, { what: 'a second life' });
    await oneRuns(place);
  });

  it('that ends and leaves processes behind is started when those are gone', async () => {
    const place = await makePlace('alpha');
    const supervisor = supervisorFor(place, { pace: quick });
    place.behave({ helpers: true, exits: 0 });
    await supervisor.install(place.spec);
    await supervisor.start(place.spec);
    await until(() => place.lives().length === 1, { what: 'a life' });
    place.behave({});
    supervisor.watch();
    await until(() => place.lives().length === 2, { what: 'a second life' });
    expect(place.left()).toEqual([place.lives()[1]?.pid]);
  });

  it('is started at once when it hands itself off, and its word counts once', async () => {
    const place = await makePlace('alpha');
    const supervisor = supervisorFor(place, { pace: { ...quick, firstRestMs: 600_000, longestRestMs: 600_000 } });
    place.behave({ handsOff: true });
    supervisor.watch();
    await supervisor.install(place.spec);
    await supervisor.start(place.spec);
    const isAgain = async () => {
      const state = await supervisor.state(place.spec);
      return state.kind === 'running' && state.process.pid === place.lives()[1]?.pid && state.restarts === 1;
    };
    await until(isAgain, { what: 'a second life, which is the first restart' });
    const { pid = 0 } = place.lives()[1] ?? {};
    process.kill(pid, 'SIGTERM');
    const rests = async () => (await supervisor.state(place.spec)).kind === 'failed';
    await until(rests, { what: 'it rests as after any end' });
  });

  it('is started again whatever the clock of the wall does', async () => {
    const place = await makePlace('alpha');
    let jumpMs = 0;
    const now = (): number => Date.now() + jumpMs;
    const supervisor = supervisorFor(place, { pace: quick, now });
    place.behave({ exits: 1 });
    supervisor.watch();
    await supervisor.install(place.spec);
    await supervisor.start(place.spec);
    await until(() => place.lives().length >= 2, { what: 'it falls' });
    for (const jump of [-86_400_000, 864_000_000]) {
      jumpMs = jump;
      const before = place.lives().length;
      await until(() => place.lives().length > before, { what: `it is started after a jump of ${jump} ms` });
    }
    await supervisor[Symbol.asyncDispose]();
    jumpMs = -86_400_000;
    const before = place.lives().length;
    supervisorFor(place, { pace: quick, now }).watch();
    await until(() => place.lives().length > before, { what: 'who takes it up waits no day' });
  });

  it('that says that it finishes is waited for, also by who stood still meanwhile, and one that only goes on is not', async () => {
    const place = await makePlace('alpha');
    const obstinateMs = 50;
    const standStill = (): void => {
      const end = performance.now() + 2 * obstinateMs;
      while (performance.now() < end);
    };
    let said: 'draining' | 'ready' = 'draining';
    let asked = 0;
    const readiness = async () => {
      asked += 1;
      // Between this answer and the next question: not heard of for longer than is granted, and not asked either.
      if (asked <= 5) setImmediate(standStill);
      else place.tellDrained();
      return said;
    };
    const supervisor = supervisorFor(place, { readiness, obstinateMs });
    await supervisor.install(place.spec);
    place.behave({ drainsUntilTold: true });
    await supervisor.start(place.spec);
    await until(() => place.lives().length === 1, { what: 'a life' });
    expect(await supervisor.stop(place.spec, { graceMs: 60_000 })).toBe('stopped');
    expect(asked).toBeGreaterThan(5);
    said = 'ready';
    place.behave({ ignoresTerm: true });
    await supervisor.start(place.spec);
    await until(() => place.lives().length === 2, { what: 'a second life' });
    expect(await supervisor.stop(place.spec, { graceMs: 60_000 })).toBe('killed');
  });

  it('that nobody waits for any more goes on finishing, and is not started again', async () => {
    const place = await makePlace('alpha');
    const supervisor = supervisorFor(place, { pace: quick });
    supervisor.watch();
    await supervisor.install(place.spec);
    place.behave({ drainsUntilTold: true });
    await supervisor.start(place.spec);
    await until(() => place.lives().length === 1, { what: 'a life' });
    const gone = new AbortController();
    const stopping = supervisor.stop(place.spec, { graceMs: 60_000, signal: gone.signal });
    gone.abort();
    await expect(stopping).rejects.toThrow();
    place.tellDrained();
    await until(async () => (await supervisor.state(place.spec)).kind === 'stopped', { what: 'it ended' });
    expect(place.lives()).toHaveLength(1);
  });
});

it('what others keep beside its services is no service, and disturbs none', async () => {
  const place = await makePlace('alpha');
  const said: string[] = [];
  const supervisor = supervisorFor(place, { pace: quick, log: (line) => said.push(line) });
  for (const name of ['health.json', 'beta']) writeFileSync(join(folderOf(place), name), '{}');
  mkdirSync(join(folderOf(place), 'gamma'));
  supervisor.watch();
  await supervisor.install(place.spec);
  await supervisor.start(place.spec);
  await until(() => place.lives().length === 1, { what: 'a life' });
  process.kill(place.lives()[0]?.pid ?? 0, 'SIGKILL');
  await until(() => place.lives().length === 2, { what: 'a second life' });
  expect(said).toEqual([]);
});

describe('the home of a gateway', () => {
  it('that is a planted link is not run in', async () => {
    const place = await makePlace('alpha');
    const supervisor = supervisorFor(place);
    await supervisor.install(place.spec);
    renameSync(place.spec.home, `${place.spec.home}.away`);
    symlinkSync(`${place.spec.home}.away`, place.spec.home);
    await expect(supervisor.start(place.spec)).rejects.toSatisfy((error) => isPerdureError(error, 'conflict'));
    expect(place.lives()).toEqual([]);
  });

  it('has a log that no link leads elsewhere', async () => {
    const place = await makePlace('alpha');
    const elsewhere = join(tempFolder(), 'precious');
    writeFileSync(elsewhere, 'precious\n');
    mkdirSync(join(place.spec.home, 'logs'));
    symlinkSync(elsewhere, join(place.spec.home, 'logs', 'service.log'));
    const said: string[] = [];
    const supervisor = supervisorFor(place, { log: (line) => said.push(line) });
    await supervisor.install(place.spec);
    await supervisor.start(place.spec);
    await until(() => place.lives().length === 1, { what: 'it runs all the same' });
    expect(readFileSync(elsewhere, 'utf8')).toBe('precious\n');
    expect(await supervisor.lastLines(place.spec, 5)).toEqual([]);
    expect(said.join('\n')).toContain('cannot be written');
  });

  it.skipIf(process.getuid?.() !== 0)('that belongs to another account is not run in', async () => {
    const place = await makePlace('alpha');
    chownSync(place.spec.home, 65_534, 65_534);
    const supervisor = supervisorFor(place);
    await expect(supervisor.install(place.spec)).rejects.toSatisfy((error) => isPerdureError(error, 'conflict'));
  });

  it('that is gone is told, and the service goes on when it is back', async () => {
    const place = await makePlace('alpha');
    const said: string[] = [];
    const supervisor = supervisorFor(place, { pace: quick, log: (line) => said.push(line) });
    supervisor.watch();
    await supervisor.install(place.spec);
    await supervisor.start(place.spec);
    await until(() => place.lives().length === 1, { what: 'a life' });
    const [gateway = 0] = place.left();
    renameSync(place.spec.home, `${place.spec.home}.away`);
    process.kill(gateway, 'SIGKILL');
    await until(() => said.some((line) => line.startsWith('There is no ')), { what: 'it is told' });
    expect(said.filter((line) => line.startsWith('There is no '))).toHaveLength(1);
    renameSync(`${place.spec.home}.away`, place.spec.home);
    await until(() => place.lives().length === 2, { what: 'a second life' });
  });
});

it('a log that grows is turned over while the gateway writes it', async () => {
  const place = await makePlace('alpha');
  const supervisor = supervisorFor(place);
  place.behave({ says: `${'x'.repeat(99)}\n`.repeat(120_000) });
  await supervisor.install(place.spec);
  await supervisor.start(place.spec);
  const log = join(place.spec.home, 'logs', 'service.log');
  await until(() => readFileSync(log).length >= 12_000_000, { what: 'it has said all' });
  supervisor.watch();
  await until(() => readFileSync(log).length < 1_000_000 && existsSync(`${log}.1`), { what: 'it is turned over' });
});
