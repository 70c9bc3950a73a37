/** Gateways that others set up: acted on by what was recorded of them, and left as they are. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf, type ProcessIdentity } from '@perdure/home';
import type { Runner, RunnerService, ServiceSpec, ServiceState } from '@perdure/fleet';
import { until } from '@perdure/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openTheirs, theirJobs, theirUnits, type TheirServices } from '../../src/service/index.ts';
import type { Ran } from '../../src/service/run-program.ts';

function place(runner: Runner | undefined): ServiceSpec {
  const accountHome = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-theirs-')));
  onTestFinished(() => rmSync(accountHome, { recursive: true, force: true }));
  const home = join(accountHome, '.openclaw-scout');
  mkdirSync(home);
  const program = { node: process.execPath, entry: '/o/openclaw.mjs' };
  return { handle: 'scout', home, port: 18_790, program, accountHome, ...(runner && { runner }) };
}

/** One that ends when it is asked, or only when it is forced. */
async function child(script: string): Promise<ProcessIdentity> {
  const started = spawn(process.execPath, ['-e', `${script}; setInterval(() => {}, 1000); console.log('up')`]);
  onTestFinished(() => void started.kill('SIGKILL'));
  await once(started.stdout, 'data');
  return identityOf(started.pid ?? 0) as ProcessIdentity;
}

const open = (managers: Partial<Record<'systemd' | 'launchd', TheirServices>> = {}, obstinateMs = 60_000) =>
  openTheirs({ managers, readiness: async () => 'ready', pollMs: 5, obstinateMs });

const unit: RunnerService = { manager: 'systemd', name: 'scout-openclaw.service', file: '/u/scout-openclaw.service' };

/** A manager that remembers what was asked of it. */
function remembering(state: ServiceState = { kind: 'stopped' }) {
  const asked: string[] = [];
  const manager: TheirServices = {
    state: async () => state,
    isEnabled: async () => false,
    enable: async ({ name }) => void asked.push(`enable ${name}`),
    disable: async ({ name }) => void asked.push(`disable ${name}`),
    reread: async () => void asked.push('reread'),
    start: async ({ name }) => void asked.push(`start ${name}`),
    stop: async ({ name }) => (asked.push(`stop ${name}`), 'stopped'),
  };
  return { asked, manager };
}

describe('a gateway that a bare process is', () => {
  it('runs while that process does, is asked to end, and is not started by us', async () => {
    const process = await child(`process.on('SIGTERM', () => process.exit(0))`);
    const spec = place({ services: [], process });
    const theirs = open();
    expect(await theirs.state(spec)).toEqual({ kind: 'running', process, restarts: 0 });
    expect(await theirs.stop(spec, { graceMs: 60_000 })).toBe('stopped');
    expect(await theirs.state(spec)).toEqual({ kind: 'absent' });
    await expect(theirs.start(spec)).rejects.toThrow(/Nothing that was found starts the gateway of scout.*mend scout/);
  });

  it('is forced where it does not end, and another process of its number is left alone', async () => {
    const process = await child(`process.on('SIGTERM', () => {})`);
    const theirs = open({}, 200);
    const stranger = place({ services: [], process: { pid: process.pid, startedAt: 'another time' } });
    expect(await theirs.state(stranger)).toEqual({ kind: 'absent' });
    expect(await theirs.stop(stranger, { graceMs: 0 })).toBe('stopped');
    expect(identityOf(process.pid)).toEqual(process);
    expect(await theirs.stop(place({ services: [], process }), { graceMs: 60_000 })).toBe('killed');
    await until(() => identityOf(process.pid) === undefined, { what: 'it is gone' });
  });
});

describe('a gateway that a service of somebody keeps', () => {
  it('is started and stopped by that, under the name it was found with', async () => {
    const { asked, manager } = remembering();
    const spec = place({ services: [unit] });
    const theirs = open({ systemd: manager });
    await theirs.start(spec);
    await theirs.stop(spec, { graceMs: 1 });
    await theirs.remove(spec, { graceMs: 1 });
    expect(asked).toEqual([`start ${unit.name}`, `stop ${unit.name}`, `stop ${unit.name}`]);
  });

  it('is not started where two services would fight, nor where this host has no manager for it', async () => {
    const { asked, manager } = remembering();
    const two = place({ services: [unit, { ...unit, name: 'other.service' }] });
    await expect(open({ systemd: manager }).start(two)).rejects.toThrow(/both start the gateway of scout/);
    const plist = place({ services: [{ manager: 'launchd', name: 'com.openclaw.scout', file: '/p' }] });
    await expect(open({ systemd: manager }).start(plist)).rejects.toThrow(/Nothing that was found starts/);
    expect(asked).toEqual([]);
  });
});

const ran = (stdout = '', code = 0): Ran => ({ code, stdout, stderr: '' });

it('a unit of somebody is neither enabled nor disabled, and one whose file is gone is not asked for', async () => {
  const asked: string[] = [];
  const units = theirUnits(
    {
      systemctl: async (...words) => {
        asked.push(words.slice(0, 2).join(' '));
        return ran('LoadState=loaded\nActiveState=inactive\nUnitFileState=enabled\nMainPID=0\n');
      },
    },
    { pollMs: 1 },
  );
  const spec = place(undefined);
  const file = join(spec.home, 'scout-openclaw.service');
  expect(await units.state({ ...unit, file })).toEqual({ kind: 'absent' });
  expect(await units.stop({ ...unit, file }, { graceMs: 1 })).toBe('stopped');
  expect(asked).toEqual([]);
  writeFileSync(file, '[Service]');
  expect(await units.state({ ...unit, file })).toEqual({ kind: 'stopped' });
  await units.start({ ...unit, file });
  await units.stop({ ...unit, file }, { graceMs: 1 });
  expect(new Set(asked)).toEqual(
    new Set([`show ${unit.name}`, `reset-failed ${unit.name}`, `start ${unit.name}`, 'stop --no-block']),
  );
});

it('a job of somebody is unloaded to stop it and loaded again from its file, and never disabled', async () => {
  let isLoaded = true;
  const asked: string[] = [];
  const jobs = theirJobs(
    {
      domain: 'gui/501',
      launchctl: async (...words) => {
        const [word = ''] = words;
        if (word === 'print') return isLoaded ? ran(`\tpid = ${process.pid}\n\truns = 1\n`) : ran('', 113);
        asked.push(words.join(' '));
        isLoaded = word === 'bootstrap';
        return ran();
      },
    },
    { pollMs: 1 },
  );
  const job: RunnerService = { manager: 'launchd', name: 'com.openclaw.scout', file: '/l/com.openclaw.scout.plist' };
  expect((await jobs.state(job)).kind).toBe('running');
  await jobs.stop(job, { graceMs: 100 });
  expect(await jobs.state(job)).toEqual({ kind: 'absent' });
  await jobs.start(job);
  expect(asked).toEqual(['bootout gui/501/com.openclaw.scout', `bootstrap gui/501 ${job.file}`]);
});

it('one that is started again as it was writes through no link into a file of somebody else', async () => {
  const kept = mkdtempSync(join(tmpdir(), 'perdure-kept-'));
  onTestFinished(() => rmSync(kept, { recursive: true, force: true }));
  const spec = place({ services: [], kept });
  const theirs = join(kept, 'theirs');
  writeFileSync(theirs, 'mine');
  mkdirSync(join(spec.home, 'logs'));
  symlinkSync(theirs, join(spec.home, 'logs', 'service.log'));
  const words = [process.execPath, '-e', "console.log('said'); setInterval(() => {}, 1_000)"];
  writeFileSync(join(kept, 'process.json'), JSON.stringify({ words, env: {}, cwd: kept }));
  await open().start(spec);
  expect((await open().state(spec)).kind).toBe('running');
  await open().stop(spec, { graceMs: 5_000 });
  expect(readFileSync(theirs, 'utf8')).toBe('mine');
});

it('what it printed is read from the log in its home that was written last, or it is said that none is there', async () => {
  const spec = place({ services: [] });
  expect((await open().lastLines(spec, 5))[0]).toMatch(/^Where the words of scout go is not known/);
  mkdirSync(join(spec.home, 'logs'));
  writeFileSync(join(spec.home, 'logs', 'stdout.log'), 'old\n');
  utimesSync(join(spec.home, 'logs', 'stdout.log'), 1, 1);
  writeFileSync(join(spec.home, 'logs', 'stderr.log'), 'one\ntwo\nthree\n');
  expect(await open().lastLines(spec, 2)).toEqual(['two', 'three']);
});
