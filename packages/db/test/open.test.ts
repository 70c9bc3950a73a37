import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isPerdureError } from '@perdure/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKysely } from '../src/dialect.ts';
import { openDatabase } from '../src/index.ts';
import { migrations } from '../src/migrations/index.ts';

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

  it('moves the origin of a fork from its first event to its row, and leaves a run that is none without one', async () => {
    const sqlite = new DatabaseSync(path);
    const { schema } = createKysely(sqlite);
    const before = migrations.slice(0, 4).flatMap((migration) => migration.statements(schema));
    for (const statement of before) sqlite.exec(statement.compile().sql);
    const insert = (id: string, from: string | null) =>
      sqlite
        .prepare(
          `INSERT INTO runs (id, pipeline, status, revision, fence, commit_no, event_seq, log_count, barren_drives, recoveries, input,
             input_tokens, output_tokens, created_at, updated_at, forked_from_run)
           VALUES (?, 'p', 'completed', 7, 1, 2, 1, 0, 0, 0, '{}', 0, 0, 1, 1, ?)`,
        )
        .run(id, from);
    const queue = sqlite.prepare(`INSERT INTO events VALUES (?, 1, 'run.queued', 1, 'owner', ?)`);
    insert('plain', null);
    queue.run('plain', '{"pipeline":"p"}');
    insert('fork', 'plain');
    queue.run('fork', '{"pipeline":"p","origin":"plain"}');
    insert('old-fork', 'plain');
    queue.run('old-fork', '{"pipeline":"p"}');
    sqlite.exec('PRAGMA application_id = 0x50524455; PRAGMA user_version = 4');
    sqlite.close();
    const database = await openDatabase({ path });
    const rows = await database.kysely.selectFrom('runs').select(['id', 'origin_run']).orderBy('id').execute();
    expect(rows).toEqual([
      { id: 'fork', origin_run: 'plain' },
      { id: 'old-fork', origin_run: null },
      { id: 'plain', origin_run: null },
    ]);
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
    expect(await refusal({ path })).toMatch(/^storage_newer: .*newer version.*update Perdure/);
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
