/**
 * A task on a disk that is full, and on one that is read-only: told in one sentence with 6, nothing lost, and on as
 * soon as it may.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SmallDisk } from '@perdure/testing';
import { runTask, taskData } from './task-command.ts';

const oneSentence = /^perdure: [^\n]+\n(  [^\n]+\n)?$/;

/** A task `ship` on the disk; answers how its commands are to be run. */
async function aTask(disk: SmallDisk) {
  mkdirSync(join(disk.folder, '.perdure'));
  const given = { cwd: disk.folder };
  const plan = ['--title', 'Ship it', '--goal', 'Released', '--criterion', 'It works'];
  const { lease_token: token } = await taskData(['create', 'ship', ...plan], given);
  return { ...given, env: { PERDURE_LEASE: String(token) } };
}

/** Every file of the folder. */
function read(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** The copy has the whole log and the newest snapshot. */
async function expectWholeCopy(given: Awaited<ReturnType<typeof aTask>>, out: string): Promise<void> {
  await taskData(['export', 'ship', out], given);
  expect(read(join(given.cwd, '.perdure/tasks'))).toEqual(read(out));
}

test('on a full disk a write is refused in one sentence or taken with a warning, and once there is room nothing of it is missing', async (ctx) => {
  using disk = SmallDisk.mount(8);
  ctx.skip(disk === undefined, 'needs an account that may mount a disk (root on Linux)');
  if (disk === undefined) return;
  const given = await aTask(disk);
  let { revision } = await taskData(['show', 'ship'], given);
  disk.fill();
  const refusals: string[] = [];
  const warnings: string[] = [];
  // Page by page: none for the database, then enough for it and not for the readable copy, then enough for both.
  for (let kibibytes = 0; kibibytes < 256; kibibytes += kibibytes === 0 ? 40 : 4) {
    disk.fill();
    giveBack(disk, kibibytes);
    const { code, stdout, stderr } = await runTask(['progress', 'ship', `${kibibytes} ${'x'.repeat(1_500)}`], given);
    if (stderr !== '') expect(stderr).toMatch(oneSentence);
    if (code === 0) {
      revision += 1;
      if (stderr === '') break;
      warnings.push(stderr);
    } else {
      expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
      refusals.push(stderr);
    }
  }
  expect(refusals.length).toBeGreaterThan(0);
  for (const refusal of refusals) expect(refusal).toContain('free some space');
  expect(warnings.length).toBeGreaterThan(0);
  for (const warning of warnings) expect(warning).toContain('once nothing is in its way');

  disk.free();
  expect((await taskData(['show', 'ship'], given)).revision).toBe(revision);
  expect(await runTask(['progress', 'ship', 'and on'], given)).toMatchObject({ code: 0, stderr: '' });
  expect((await taskData(['show', 'ship'], given)).revision).toBe(revision + 1);
  expect((await runTask(['rebuild', '--all'], given)).code).toBe(0);
  await expectWholeCopy(given, join(disk.outside, 'out'));
}, 240_000);

/** Takes so much away from what fills the disk. */
function giveBack({ folder }: SmallDisk, kibibytes: number): void {
  const ballast = join(folder, 'ballast');
  truncateSync(ballast, statSync(ballast).size - kibibytes * 1024);
}

test('on a read-only disk every command is refused in one sentence, and all goes on once it may be written', async (ctx) => {
  using disk = SmallDisk.mount(8);
  ctx.skip(disk === undefined, 'needs an account that may mount a disk (root on Linux)');
  if (disk === undefined) return;
  const given = await aTask(disk);
  const { revision } = await taskData(['show', 'ship'], given);
  remount(disk, 'ro');
  for (const argv of [
    ['progress', 'ship', 'x'],
    ['create', 'other', '--title', 't', '--goal', 'g'],
    ['continue', 'ship'],
  ]) {
    const { code, stdout, stderr } = await runTask(argv, given);
    expect({ argv, code, stdout }).toEqual({ argv, code: 6, stdout: '' });
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toMatch(/read-only/);
  }
  remount(disk, 'rw');
  expect(await runTask(['progress', 'ship', 'and on'], given)).toMatchObject({ code: 0, stderr: '' });
  expect((await taskData(['show', 'ship'], given)).revision).toBe(Number(revision) + 1);
  await expectWholeCopy(given, join(disk.outside, 'out'));
}, 180_000);

function remount({ folder }: SmallDisk, mode: 'ro' | 'rw'): void {
  execFileSync('mount', ['-o', `remount,${mode}`, folder]);
}
