import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  ensureHome,
  homePaths,
  identityOf,
  processStartTime,
  readInstance,
  removeInstance,
  writeInstance,
  type InstanceInfo,
} from '../src/index.ts';
import { tempFolder } from './temp.ts';

const infoOf = (startedAt: string): InstanceInfo => ({
  pid: process.pid,
  startedAt,
  port: 7373,
  workerPort: 7377,
  url: 'http://127.0.0.1:7373',
  version: '0.1.0',
  project: '/srv/app',
  model: { kind: 'configured', id: 'm' },
  processes: { server: { pid: 1, startedAt: 'then' } },
});

test('an instance runs while its launcher lives, and is stale when its pid belongs to a process that began at another time', () => {
  const paths = ensureHome(tempFolder());
  expect(readInstance(paths)).toEqual({ kind: 'none' });
  const info = infoOf(identityOf(process.pid)?.startedAt ?? '');
  writeInstance(paths, info);
  expect(readInstance(paths)).toEqual({ kind: 'running', info });
  expect(statSync(paths.instance).mode & 0o777).toBe(0o600);
  writeInstance(paths, infoOf('some other time'));
  expect(readInstance(paths).kind).toBe('stale');
  removeInstance(paths);
  expect(readInstance(paths)).toEqual({ kind: 'none' });
});

test('what a copied root says of a running launcher is of another root, and a moved one still knows its own', () => {
  const folder = tempFolder();
  const paths = ensureHome(join(folder, 'state'));
  writeInstance(paths, infoOf(identityOf(process.pid)?.startedAt ?? ''));
  cpSync(paths.root, join(folder, 'copy'), { recursive: true, preserveTimestamps: true });
  expect(readInstance(homePaths(join(folder, 'copy')))).toEqual({ kind: 'none' });
  renameSync(paths.root, join(folder, 'moved'));
  expect(readInstance(homePaths(join(folder, 'moved'))).kind).toBe('running');
});

test('a file that is no instance, or one of another version, counts as none', () => {
  const paths = ensureHome(tempFolder());
  const { processes: _processes, ...rest } = infoOf('then');
  const others = [
    { ...rest, processes: null },
    { ...rest, processes: { server: 1 } },
    { ...rest, url: 5 },
  ];
  for (const text of ['{"pid":', ...others.map((other) => JSON.stringify(other))]) {
    writeFileSync(paths.instance, text);
    expect(readInstance(paths)).toEqual({ kind: 'none' });
  }
});

test('a process has one start time while it lives and none afterwards, even if nobody has reaped it', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const startedAt = processStartTime(pid);
  expect(startedAt).toBeDefined();
  expect(processStartTime(pid)).toBe(startedAt);
  child.kill('SIGKILL');
  // The kernel makes a zombie of it before Node reaps it.
  await expect.poll(() => processStartTime(pid), { interval: 1 }).toBeUndefined();
});
