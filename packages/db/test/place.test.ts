import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PerdureError } from '@perdure/contract';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  createGroupCommit,
  fileIdentity,
  openDatabase,
  watchPlace,
  type Database,
  type GroupCommit,
} from '../src/index.ts';

let folder = '';
let path = '';
let database: Database;
let group: GroupCommit;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-place-'));
  path = join(folder, 'perdure.db');
  database = await openDatabase({ path });
  database.sqlite.exec('CREATE TABLE notes (n INTEGER)');
  group = createGroupCommit(database);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const write = () => group.run(() => database.sqlite.exec('INSERT INTO notes VALUES (1)'));
const replaced = { code: 'storage_replaced', message: expect.stringContaining('deleted or replaced') };

describe('a database that is taken away while it is open', () => {
  it.each(['', '-wal', '-shm'])('acknowledges nothing any more: the file %s was deleted', async (suffix) => {
    await write();
    rmSync(`${path}${suffix}`);
    await expect(write()).rejects.toMatchObject(replaced);
    await expect(Promise.all([write(), write()])).rejects.toMatchObject(replaced);
  });

  it('acknowledges nothing that went into a file which another one replaced in that moment', async () => {
    copyFileSync(path, `${path}.new`);
    const writing = group.run(() => {
      database.sqlite.exec('INSERT INTO notes VALUES (1)');
      renameSync(`${path}.new`, path);
    });
    await expect(writing).rejects.toMatchObject(replaced);
  });

  it('goes on where the same file is put back', async () => {
    renameSync(path, `${path}.away`);
    await expect(write()).rejects.toMatchObject(replaced);
    renameSync(`${path}.away`, path);
    await write();
  });

  it('is told of within a second, once', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const told: PerdureError[] = [];
    const watching = watchPlace(database, (error) => told.push(error));
    rmSync(path);
    vi.advanceTimersByTime(1_000);
    expect(told.map(({ code }) => code)).toEqual(['storage_replaced']);
    vi.advanceTimersByTime(10_000);
    expect(told).toHaveLength(1);
    watching.close();
  });

  it('is not made anew, and no other is opened, by who was told which it is', async () => {
    const identity = fileIdentity(path);
    (await openDatabase({ path, identity })).close();
    rmSync(path);
    await expect(openDatabase({ path, identity })).rejects.toMatchObject(replaced);
    expect(fileIdentity(path)).toBeUndefined();
  });
});
