import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { scripts } from '../../src/compat/scripts.ts';
import { createCompatPlace, type CompatPlace } from './support.ts';

function at(): CompatPlace {
  const place = createCompatPlace();
  onTestFinished(() => place[Symbol.dispose]());
  return place;
}

const names = Object.values(scripts)
  .map(({ script }) => script.program)
  .toSorted();

test('there is a script for each that a skill calls', () => {
  expect(names).toEqual([
    'task_continue.py',
    'task_ctl.py',
    'task_install_tick_cron.sh',
    'task_reconcile.py',
    'task_report.py',
    'task_resume_apply.py',
    'task_resume_bootstrap.py',
    'task_subagent_ctl.py',
    'task_subagent_run.py',
    'task_tick_all.py',
    'task_ticker.py',
  ]);
});

test('every script is there under the name that skills call, and may be executed', async () => {
  const place = at();
  const folder = join(place.folder, 'scripts');
  expect((await place.compat(['install', 'scripts', '--dry-run'])).code).toBe(0);
  expect(readdirSync(place.folder)).not.toContain('scripts');
  expect((await place.compat(['install', 'scripts'])).code).toBe(0);
  expect(readdirSync(folder).toSorted()).toEqual(names);
  for (const name of names) expect(statSync(join(folder, name)).mode & 0o111).toBe(0o111);
  expect((await place.compat(['install', 'scripts'])).stdout).toBe('Nothing to do.\n');
});

test('what somebody else has written is left, and nothing is written beside it, unless forced', async () => {
  const place = at();
  const folder = join(place.folder, 'scripts');
  await place.compat(['install', 'scripts']);
  for (const name of names.slice(1)) writeFileSync(join(folder, name), 'theirs');
  const refused = await place.compat(['install', 'scripts']);
  expect(refused).toMatchObject({ code: 8, stdout: '' });
  expect(readFileSync(join(folder, names[1]!), 'utf8')).toBe('theirs');
  expect((await place.compat(['install', 'scripts', '--force'])).code).toBe(0);
  expect(readFileSync(join(folder, names[1]!), 'utf8')).toContain('perdure');
});

test('a script hands its words on as they are, with the state root it was made for, and says where perdure is missing', async () => {
  const place = at();
  const home = join(place.folder, 'a "root"');
  await place.compat(['install', 'scripts', '--home', home]);
  const bin = join(place.folder, 'bin');
  spawnSync('mkdir', [bin]);
  writeFileSync(join(bin, 'perdure'), '#!/bin/sh\nfor word in "$@"; do printf "%s|" "$word"; done\n');
  chmodSync(join(bin, 'perdure'), 0o755);
  for (const name of names) {
    const file = join(place.folder, 'scripts', name);
    const shell = name.endsWith('.sh') ? 'sh' : 'python3';
    const run = (path: string) => spawnSync(shell, [file, 'a b', "--x='y'"], { env: { PATH: path }, encoding: 'utf8' });
    const script = name.replace(/\.(py|sh)$/, '');
    expect(run(`${bin}:${process.env['PATH']}`).stdout).toBe(`compat|${script}|--home|${home}|a b|--x='y'|`);
    const without = run('/usr/bin:/bin');
    expect({ status: without.status, stdout: without.stdout }).toEqual({ status: 1, stdout: '' });
    expect(without.stderr).toContain('PATH');
  }
});
