import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boundLogs, openLog } from '../src/index.ts';
import { tempFolder } from './temp.ts';

const large = 10 * 1024 * 1024 + 1;

test('a log folder that is gone is made again', () => {
  const path = join(tempFolder(), 'logs', 'worker.log');
  const { fd, problem } = openLog(path);
  writeSync(fd, 'a word\n');
  closeSync(fd);
  expect([problem, readFileSync(path, 'utf8')]).toEqual([undefined, 'a word\n']);
});

test.each([
  ['a folder lies in its place', (path: string) => mkdirSync(path)],
  ['it is a link', (path: string) => symlinkSync('/dev/null', path)],
  ['it is a pipe that nobody reads', (path: string) => execFileSync('mkfifo', [path])],
])('a log that cannot be opened takes no words, and says so: %s', (_why, harm) => {
  const path = join(tempFolder(), 'worker.log');
  harm(path);
  const { fd, problem } = openLog(path);
  writeSync(fd, 'a word\n');
  closeSync(fd);
  expect(problem).toContain(`${path} cannot be written`);
});

test('a log that grows while somebody writes it is emptied, and what it held kept once', () => {
  const folder = tempFolder();
  const path = join(folder, 'worker.log');
  const { fd } = openLog(path);
  writeSync(fd, 'the first words\n');
  truncateSync(path, large);
  boundLogs(folder);
  writeSync(fd, 'the next words\n');
  closeSync(fd);
  expect(readFileSync(path, 'utf8')).toBe('the next words\n');
  expect(statSync(`${path}.1`).size).toBe(large);
  boundLogs(folder);
  expect(statSync(path).size).toBeLessThan(100);
});

test('of a log that was flooded the end is kept, and no more of it', () => {
  const folder = tempFolder();
  const path = join(folder, 'worker.log');
  writeFileSync(path, '');
  truncateSync(path, 30 * large);
  appendFileSync(path, 'the last words\n');
  boundLogs(folder);
  expect(statSync(path).size).toBe(0);
  expect(statSync(`${path}.1`).size).toBeLessThan(3 * large);
  expect(readFileSync(`${path}.1`, 'utf8').slice(-15)).toBe('the last words\n');
});

test('bounds nothing but logs, and needs no folder', () => {
  const folder = tempFolder();
  const other = join(folder, 'notes.txt');
  writeFileSync(other, '');
  truncateSync(other, large);
  boundLogs(folder);
  expect(statSync(other).size).toBe(large);
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
  boundLogs(folder);
  expect(existsSync(folder)).toBe(false);
});
