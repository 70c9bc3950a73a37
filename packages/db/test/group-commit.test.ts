import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPerdureError } from '@perdure/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGroupCommit, LockBudget, openDatabase, type Database } from '../src/index.ts';

let folder = '';
let database: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-db-'));
  database = await openDatabase({ path: join(folder, 'perdure.db') });
  database.sqlite.exec('CREATE TABLE notes (n INTEGER PRIMARY KEY, body TEXT)');
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const insert =
  (n: number, body = '') =>
  () => {
    database.sqlite.prepare('INSERT INTO notes VALUES (?, ?)').run(n, body);
    return n;
  };
const count = () => Number(database.sqlite.prepare('SELECT count(*) AS n FROM notes').get()?.['n']);

describe('group commit', () => {
  it('G1: gives everybody of one turn one transaction, and answers after it is committed', async () => {
    const group = createGroupCommit(database);
    const other = await openDatabase({ path: database.path });
    const seen: number[] = [];
    const members = Array.from({ length: 50 }, async (_, n) => {
      await group.run(insert(n));
      seen.push(Number(other.sqlite.prepare('SELECT count(*) AS n FROM notes').get()?.['n']));
    });
    await Promise.all(members);
    expect(new Set(seen)).toEqual(new Set([50]));
    other.close();
  });

  it('G2: a member that throws fails alone', async () => {
    const group = createGroupCommit(database);
    const results = await Promise.allSettled([
      group.run(insert(1)),
      group.run(insert(1)),
      group.run(() => {
        insert(2)();
        throw new Error('after writing');
      }),
      group.run(insert(3)),
    ]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(
      database.sqlite
        .prepare('SELECT n FROM notes ORDER BY n')
        .all()
        .map((row) => row['n']),
    ).toEqual([1, 3]);
  });

  it('G4: waits for a lock of another process without standing still', async () => {
    // SQLite by itself would stand still for all of this, and then refuse.
    const patient = await openDatabase({ path: database.path, busyTimeoutMs: 60_000 });
    const write = patient.sqlite.prepare('INSERT INTO notes VALUES (1, NULL)');
    database.sqlite.exec('BEGIN IMMEDIATE');
    let isWritten = false;
    const writing = createGroupCommit(patient)
      .run(() => write.run())
      .finally(() => (isWritten = true));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    expect([isWritten, count()]).toEqual([false, 0]);
    database.sqlite.exec('COMMIT');
    await writing;
    expect(count()).toBe(1);
    patient.close();
  });

  it('G4: gives up, in a sentence, when the lock is held for longer than it may wait', async () => {
    const impatient = await openDatabase({ path: database.path, busyTimeoutMs: 30 });
    database.sqlite.exec('BEGIN IMMEDIATE');
    const outcome = await createGroupCommit(impatient)
      .run(insert(1))
      .catch((error: unknown) => error);
    database.sqlite.exec('ROLLBACK');
    impatient.close();
    expect(isPerdureError(outcome, 'unavailable')).toBe(true);
  });

  it('refuses a write that meets a closed database, and brings nothing down', async () => {
    const other = await openDatabase({ path: database.path });
    const writing = createGroupCommit(other).run(insert(1));
    other.close();
    await expect(writing).rejects.toThrow();
  });

  it('says that the storage is full, keeps what was acknowledged, and works again when there is room', async () => {
    const group = createGroupCommit(database);
    await group.run(insert(0));
    const pages = Number(database.sqlite.prepare('PRAGMA page_count').get()?.['page_count']);
    database.sqlite.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const outcome = await group.run(insert(1, 'x'.repeat(100_000))).catch((error: unknown) => error);
    expect(isPerdureError(outcome, 'storage_full')).toBe(true);
    expect(count()).toBe(1);
    database.sqlite.exec('PRAGMA max_page_count = 1000000');
    await group.run(insert(2, 'x'.repeat(100_000)));
    expect(count()).toBe(2);
  });

  it('says that the storage is read-only', async () => {
    database.sqlite.exec('PRAGMA query_only = ON');
    const outcome = await createGroupCommit(database)
      .run(insert(1))
      .catch((error: unknown) => error);
    expect(isPerdureError(outcome, 'storage_read_only')).toBe(true);
  });

  it('G3: stays out of the lock for as long as the budget says', async () => {
    const held: { readonly from: number; readonly until: number }[] = [];
    class Noted extends LockBudget {
      override spend(from: number, until: number): void {
        held.push({ from, until });
        super.spend(from, until);
      }
    }
    const group = createGroupCommit(database, { budget: new Noted({ burstMs: 0, gapMs: 40 }) });
    await group.run(insert(1));
    await group.run(insert(2));
    expect(held[1]!.from - held[0]!.until).toBeGreaterThanOrEqual(40);
  });

  it('G3: lets another process write while it is under full load', async () => {
    const group = createGroupCommit(database);
    const writer = spawn(process.execPath, ['--input-type=module', '-e', neighbour, database.path], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    writer.stdout.on('data', (chunk) => (output += String(chunk)));
    const state = { isDone: false };
    const ended = once(writer, 'close').then(() => (state.isDone = true));
    let n = 0;
    const load = Array.from({ length: 50 }, async () => {
      while (!state.isDone) await group.run(insert((n += 1)));
    });
    await Promise.all([...load, ended]);
    // Not a timing test: the bench measures how long it waits.
    expect(JSON.parse(output)).toEqual({ written: 100, failed: 0 });
  });
});

/** Another process that commits a hundred times, waiting as our processes do (G4). */
const neighbour = `
  import { createGroupCommit, openDatabase } from '@perdure/db';
  const database = await openDatabase({ path: process.argv[1], busyTimeoutMs: 25_000 });
  database.sqlite.exec('CREATE TABLE IF NOT EXISTS other (n INTEGER)');
  const group = createGroupCommit(database);
  const insert = database.sqlite.prepare('INSERT INTO other VALUES (1)');
  let written = 0, failed = 0;
  while (written + failed < 100) {
    await group.run(() => insert.run()).then(() => (written += 1), () => (failed += 1));
  }
  console.log(JSON.stringify({ written, failed }));
`;

describe('the lock budget', () => {
  it('lets a short burst run without a break', () => {
    const budget = new LockBudget({ burstMs: 4, gapMs: 1 });
    for (let at = 10; at < 14; at += 1) {
      expect(budget.waitMs(at)).toBe(0);
      budget.spend(at, at + 1);
    }
  });

  it('makes a writer that never rests take a break after each burst', () => {
    const budget = new LockBudget({ burstMs: 4, gapMs: 1 });
    let now = 10;
    let longestHold = 0;
    let held = 0;
    while (now < 1_000) {
      const pause = budget.waitMs(now);
      if (pause > 0) held = 0;
      now += pause;
      budget.spend(now, now + 3);
      now += 3;
      held += 3;
      longestHold = Math.max(longestHold, held);
    }
    // A transaction in progress is not broken off: the burst may be exceeded by one of them.
    expect(longestHold).toBeLessThanOrEqual(4 + 3);
  });

  it('counts a break that came by itself', () => {
    const budget = new LockBudget({ burstMs: 4, gapMs: 1 });
    budget.spend(10, 110);
    expect(budget.waitMs(110)).toBe(1);
    expect(budget.waitMs(110.5)).toBe(0.5);
    expect(budget.waitMs(111)).toBe(0);
    budget.spend(111, 115);
    expect(budget.waitMs(115)).toBe(0);
  });
});
