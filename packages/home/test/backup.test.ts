import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { archivesOf, ensureHome, makeBackup } from '../src/index.ts';
import { tempFolder } from './temp.ts';

/** A root with a record, of which `meanwhile` happens while it is copied. */
function backedUp(meanwhile: (root: string) => void, before: readonly string[] = [], withArchives = false) {
  const folder = tempFolder();
  const paths = ensureHome(join(folder, 'root'));
  writeFileSync(paths.database, 'record');
  const put = (path: string, content = path): void => {
    mkdirSync(dirname(join(paths.root, path)), { recursive: true });
    writeFileSync(join(paths.root, path), content);
  };
  before.forEach((path) => put(path));
  const manifest = makeBackup({
    paths,
    into: join(folder, 'backup'),
    withVaultKey: true,
    withArchives,
    version: '1',
    now: '2026-11-29T00:00:00Z',
    copyRecord: (_, into) => {
      meanwhile(paths.root);
      writeFileSync(into, 'record');
    },
  });
  return { folder, names: manifest.files.map(({ path }) => path).toSorted() };
}

const arrives = (path: string) => (root: string) => writeFileSync(join(root, path), 'late');

test('a file that comes while the record is copied is in the backup, for the record may name it', () => {
  expect(backedUp(arrives('drive/late'), ['drive/early']).names).toEqual(['drive/early', 'drive/late', 'perdure.db']);
});

test('a key of the vaults that comes meanwhile is in it, beside the one that it will replace', () => {
  expect(backedUp(arrives('run/vault-key.next'), ['run/vault-key']).names).toEqual([
    'perdure.db',
    'run/vault-key',
    'run/vault-key.next',
  ]);
});

test('where the key was replaced meanwhile no backup is made, for nobody could tell which one opens its record', () => {
  let folder = '';
  const replace = (root: string): void => {
    folder = dirname(root);
    writeFileSync(join(root, 'run/vault-key'), 'another');
  };
  expect(() => backedUp(replace, ['run/vault-key'])).toThrow('make it again');
  expect(readdirSync(folder)).toEqual(['root']);
});

test('archives of agents are in it where that is said, and counted in any case', () => {
  const archives = ['archives/scout-20260131-235959.tar.gz', 'archives/ranger-20260131-235959.tar.gz'];
  expect(backedUp(() => undefined, archives).names).toEqual(['perdure.db']);
  const { folder, names } = backedUp(() => undefined, archives, true);
  expect(names).toEqual([...archives.toSorted(), 'perdure.db']);
  expect(archivesOf({ root: join(folder, 'root') })).toEqual({ files: 2, bytes: archives.join('').length });
  expect(archivesOf({ root: join(folder, 'nowhere') })).toEqual({ files: 0, bytes: 0 });
});
