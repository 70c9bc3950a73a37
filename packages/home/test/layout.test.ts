import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureHome } from '../src/index.ts';
import { tempFolder } from './temp.ts';

const modeOf = (path: string) => statSync(path).mode & 0o777;

test('every folder of a new state root is closed to other accounts', () => {
  const paths = ensureHome(join(tempFolder(), 'deep', 'state'));
  const folders = [paths.root, paths.engine, paths.logs, paths.run, paths.workspaces, paths.drive];
  expect(folders.map(modeOf)).toEqual(folders.map(() => 0o700));
});

test('a state root that became open is closed again, and keeps what is in it', () => {
  const paths = ensureHome(join(tempFolder(), 'state'));
  writeFileSync(paths.database, 'data');
  chmodSync(paths.root, 0o755);
  ensureHome(paths.root);
  expect(modeOf(paths.root)).toBe(0o700);
  expect(statSync(paths.database).size).toBe(4);
});

test('a folder that others share is refused and not closed to them', () => {
  const shared = join(tempFolder(), 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o755);
  writeFileSync(join(shared, 'letters.txt'), '');
  expect(() => ensureHome(shared)).toThrow(/holds other files and is no state root.*--home/);
  expect(modeOf(shared)).toBe(0o755);
});

test('a file in the place of the state root, or on the way to it, is refused with a sentence that names it', () => {
  const file = join(tempFolder(), 'state');
  writeFileSync(file, '');
  expect(() => ensureHome(file)).toThrow(
    `The state folder ${file} cannot be used because there is a file in its place`,
  );
  expect(() => ensureHome(join(file, 'below'))).toThrow(/a part of the path is a file: choose another one with --home/);
});
