import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isPerdureError } from '@perdure/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../src/index.ts';

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-db-'));
  path = join(folder, 'perdure.db');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const refusal = async (options: Parameters<typeof openDatabase>[0]) => {
  try {
    const database = await openDatabase(options);
    database.close();
    return 'opened';
  } catch (error) {
    return isPerdureError(error) ? `${error.code}: ${error.message}` : error;
  }
};

describe('opening a database', () => {
  it('makes a file for this account alone, in WAL, that syncs each commit', async () => {
    const database = await openDatabase({ path });
    const pragma = (name: string) => Object.values(database.sqlite.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(pragma('journal_mode')).toBe('wal');
    expect(pragma('synchronous')).toBe(2);
    database.close();
  });

  it('gives twenty openers at the same moment one whole schema', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => openDatabase({ path })));
    for (const database of all) {
      expect(await database.kysely.selectFrom('runs').selectAll().execute()).toEqual([]);
      database.close();
    }
  });

  it('leaves nothing behind when a migration is broken off', async () => {
    const sqlite = new DatabaseSync(path);
    sqlite.exec('BEGIN EXCLUSIVE; CREATE TABLE runs (id TEXT)');
    sqlite.close();
    const database = await openDatabase({ path });
    expect(await database.kysely.selectFrom('runs').select('fence').execute()).toEqual([]);
    database.close();
  });

  it('refuses a database of another program and leaves it as it was, unless told to move in', async () => {
    const sqlite = new DatabaseSync(path);
    sqlite.exec('CREATE TABLE theirs (id TEXT)');
    expect(await refusal({ path })).toMatch(/^storage_foreign: .*--home.*--init/);
    expect(sqlite.prepare('SELECT count(*) AS n FROM sqlite_schema').get()).toEqual({ n: 1 });
    sqlite.close();
    expect(await refusal({ path, init: true })).toBe('opened');
  });

  it('refuses a database of a newer version', async () => {
    (await openDatabase({ path })).close();
    const sqlite = new DatabaseSync(path);
    sqlite.exec('PRAGMA user_version = 999');
    sqlite.close();
    expect(await refusal({ path })).toMatch(/^storage_foreign: .*newer version.*update Perdure/);
  });

  it('says that a file is no database, and that one is damaged', async () => {
    writeFileSync(path, 'this is not a database, whatever its name says'.repeat(100));
    expect(await refusal({ path })).toMatch(/^storage_corrupt: .*restore a backup/);
  });

  it('says what to do when the folder does not exist', async () => {
    expect(await refusal({ path: join(folder, 'missing', 'perdure.db') })).toMatch(/^storage_read_only: .*must exist/);
  });

  it('creates nothing when told not to', async () => {
    expect(await refusal({ path, create: false })).toMatch(/^not_found: .*perdure up/);
  });
});
