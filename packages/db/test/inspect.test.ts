import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileIdentity, indexIdentity, inspectDatabase, openDatabase } from '../src/index.ts';

let folder = '';
let path = '';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-inspect-'));
  path = join(folder, 'perdure.db');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const inspect = (index = indexIdentity(path)) => inspectDatabase({ path, init: false, index });
const corrupt = (words: string) => ({ code: 'storage_corrupt', message: expect.stringContaining(words) });

/** The files as they are left by processes that were killed: `notes` commits, one after the other. */
async function killed(notes: number): Promise<void> {
  const source = join(mkdtempSync(join(folder, 'source-')), 'perdure.db');
  const database = await openDatabase({ path: source });
  database.sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  for (let n = 0; n < notes; n += 1) {
    database.sqlite.prepare('INSERT INTO leases VALUES (?, ?, ?)').run(`lease-${n}`, 'me', n);
  }
  for (const suffix of ['', '-wal', '-shm']) copyFileSync(`${source}${suffix}`, `${path}${suffix}`);
  database.close();
}

async function leases(): Promise<number> {
  const database = await openDatabase({ path });
  const { n } = database.sqlite.prepare('SELECT count(*) AS n FROM leases').get() ?? {};
  database.close();
  return Number(n);
}

describe('looking at a database before anything is started on it', () => {
  it('makes one where there is none, brings all of it out of the log, and tells which file it is', async () => {
    expect(await inspect()).toBe(fileIdentity(path));
    expect(statSync(path).size).toBeGreaterThan(50_000);
    expect(statSync(`${path}-wal`, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('takes what killed processes have left', async () => {
    await killed(5);
    await inspect();
    expect(await leases()).toBe(5);
  });

  it.each([
    ['was deleted', () => rmSync(`${path}-wal`)],
    ['was cut', () => truncateSync(`${path}-wal`, statSync(`${path}-wal`).size - 1)],
    ['was emptied', () => truncateSync(`${path}-wal`, 0)],
    ['has one wrong bit', () => flip(`${path}-wal`, (size) => size - 100)],
    ['has a wrong bit in its head', () => flip(`${path}-wal`, () => 18)],
  ])('refuses a record that has lost its newest part, again and again: the log %s', async (_how, harm) => {
    await killed(5);
    harm();
    await expect(inspect()).rejects.toMatchObject(corrupt('newest part of the record is lost'));
    await expect(inspect()).rejects.toMatchObject(corrupt('perdure.db-shm'));
    // As it says.
    rmSync(`${path}-shm`);
    await inspect();
    expect(await leases()).toBeLessThan(5);
  });

  it('takes a copy whose index is of a later moment than its log', async () => {
    await killed(5);
    truncateSync(`${path}-wal`, statSync(`${path}-wal`).size - 4_120);
    await inspect('of:another');
    expect(await leases()).toBeLessThan(5);
  });

  it('takes an index that is older than the log, or half written, as a power cut leaves it', async () => {
    await killed(1);
    const older = readFileSync(`${path}-shm`);
    await killed(5);
    writeFileSync(`${path}-shm`, older);
    await inspect();
    expect(await leases()).toBe(5);
    await killed(5);
    flip(`${path}-shm`, () => 16);
    await inspect();
    expect(await leases()).toBe(5);
  });

  it('finds pages that are damaged', async () => {
    await inspect();
    const database = await openDatabase({ path });
    const insert = database.sqlite.prepare('INSERT INTO leases VALUES (?, ?, ?)');
    for (let n = 0; n < 2_000; n += 1) insert.run(`lease-${n}`, 'x'.repeat(100), n);
    database.close();
    const bytes = readFileSync(path);
    bytes.fill(0xa5, bytes.length - 20 * 4_096, bytes.length - 19 * 4_096);
    writeFileSync(path, bytes);
    await expect(inspect()).rejects.toMatchObject(corrupt('is damaged'));
  });

  it.each([
    ['a table is gone', 'DROP TABLE waits'],
    ['a column is gone', 'DROP VIEW questions; ALTER TABLE waits DROP COLUMN answered_by'],
    ['it claims to be older than it is', 'PRAGMA user_version = 1'],
  ])('finds that it is not what it says: %s', async (_what, harm) => {
    await inspect();
    const sqlite = new DatabaseSync(path);
    sqlite.exec(harm);
    sqlite.close();
    await expect(inspect()).rejects.toMatchObject(corrupt('restore a backup'));
  });

  it('leaves tables of others alone', async () => {
    const sqlite = new DatabaseSync(path);
    sqlite.exec('CREATE TABLE theirs (n INTEGER)');
    sqlite.close();
    await inspectDatabase({ path, init: true });
    await inspect();
  });
});

function flip(file: string, at: (size: number) => number): void {
  const bytes = readFileSync(file);
  const place = at(bytes.length);
  bytes.writeUInt8((bytes[place] ?? 0) ^ 4, place);
  writeFileSync(file, bytes);
}
