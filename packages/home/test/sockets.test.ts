import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineSockets, homePaths, liveSocket, shortPathTo } from '../src/index.ts';
import { tempFolder } from './temp.ts';

function deepFolder(tmpdir: string): string {
  const folder = join(tmpdir, 'a-rather-long-name-of-a-folder'.repeat(3), 'state');
  mkdirSync(folder, { recursive: true });
  return folder;
}

test('a short folder needs no other name', () => {
  expect(shortPathTo('/home/ann/.perdure/engine', { tmpdir: '/nowhere' })).toBe('/home/ann/.perdure/engine');
});

test('below a deep state root every socket path is short enough, leads to the same place, and is the same each time', () => {
  const tmpdir = tempFolder();
  const paths = homePaths(deepFolder(tmpdir));
  const sockets = engineSockets(paths, { tmpdir });
  for (const path of [sockets.ingress, sockets.admin, sockets.fabric, liveSocket(paths, { tmpdir })]) {
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(103);
  }
  mkdirSync(paths.engine);
  writeFileSync(join(sockets.base, 'here'), 'yes');
  expect(readFileSync(join(paths.engine, 'here'), 'utf8')).toBe('yes');
  expect(engineSockets(paths, { tmpdir })).toEqual(sockets);
});

test('a link that a clean-up of temporary files removed is made again', () => {
  const tmpdir = tempFolder();
  const folder = deepFolder(tmpdir);
  const alias = shortPathTo(folder, { tmpdir });
  rmSync(join(alias, '..'), { recursive: true });
  shortPathTo(folder, { tmpdir });
  expect(existsSync(alias)).toBe(true);
});

test('two deep folders never share a link', () => {
  const tmpdir = tempFolder();
  const folder = deepFolder(tmpdir);
  expect(shortPathTo(folder, { tmpdir })).not.toBe(shortPathTo(`${folder}-2`, { tmpdir }));
});

test('a folder that others can write is not used for links', () => {
  const tmpdir = tempFolder();
  mkdirSync(join(tmpdir, 'perdure-4711'), { mode: 0o755 });
  expect(() => shortPathTo(deepFolder(tmpdir), { tmpdir, uid: 4711 })).toThrow(/is not a folder of this account alone/);
});
