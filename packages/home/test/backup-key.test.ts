/** The key of the vaults in a backup that is made while it is replaced by another. */

import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeBackup } from '../src/backup/make.ts';
import { readManifest } from '../src/backup/manifest.ts';
import { ensureHome } from '../src/ensure-home.ts';
import { keepNextVaultKey, promoteVaultKey } from '../src/vault-key.ts';
import { tempFolder } from './temp.ts';

const idOf = (n: number): string => String(n).padStart(16, '0');

/** The record says which key it is sealed under; `meanwhile` is done before and behind the moment of its copy. */
function backUp(meanwhile: (step: 'before' | 'behind', all: Rotation) => unknown) {
  const folder = tempFolder();
  const paths = ensureHome(join(folder, 'root'));
  writeFileSync(paths.vaultKey, 'key 0', { mode: 0o600 });
  writeFileSync(paths.database, 'key 0');
  const rotation: Rotation = {
    beside: (n) => keepNextVaultKey(paths, idOf(n), `key ${n}`),
    record: (n) => writeFileSync(paths.database, `key ${n}`),
    promote: (n) => promoteVaultKey(paths, idOf(n), `key ${n}`),
  };
  const into = join(folder, 'backup');
  const copyRecord = (from: string, to: string) => {
    meanwhile('before', rotation);
    cpSync(from, to);
    meanwhile('behind', rotation);
  };
  makeBackup({ paths, into, withVaultKey: true, copyRecord, version: '0', now: '2026-01-01T00:00:00.000Z' });
  const run = join(into, 'run');
  const keys = existsSync(run) ? readdirSync(run).map((name) => readFileSync(join(run, name), 'utf8')) : [];
  readManifest(into);
  return { record: readFileSync(join(into, 'perdure.db'), 'utf8'), keys };
}

interface Rotation {
  beside(n: number): void;
  record(n: number): void;
  promote(n: number): void;
}

function whole(all: Rotation, n: number): void {
  all.beside(n);
  all.record(n);
  all.promote(n);
}

type Meanwhile = Parameters<typeof backUp>[0];

test.each<[string, Meanwhile]>([
  ['nothing happens', () => undefined],
  [
    'the record is copied before the key beside takes its place',
    (step, all) => {
      if (step === 'behind') return;
      all.beside(1);
      all.record(1);
    },
  ],
  ['a key was put beside and changed nothing', (step, all) => step === 'before' && all.beside(1)],
  ['a key is put beside behind it', (step, all) => step === 'behind' && all.beside(1)],
])('a backup has the key that opens its record where %s', (_what, meanwhile) => {
  const { record, keys } = backUp(meanwhile);
  expect(keys).toContain(record);
});

test.each<[string, Meanwhile]>([
  ['before the record is copied', (step, all) => step === 'before' && whole(all, 1)],
  ['behind it', (step, all) => step === 'behind' && whole(all, 1)],
  [
    'on both sides',
    (step, all) => {
      whole(all, step === 'before' ? 1 : 2);
    },
  ],
])('no backup is made whose key may be another one: a rotation goes by %s', (_where, meanwhile) => {
  expect(() => backUp(meanwhile)).toThrow('make it again');
});
