import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { checkpoint, inspectDatabase, noteReach, openDatabase, type Database } from '../src/index.ts';

let folder = '';
let path = '';
let note: string | undefined;

beforeEach(() => {
  folder = join(tmpdir(), `perdure-reach-${crypto.randomUUID()}`);
  mkdirSync(folder);
  path = join(folder, 'perdure.db');
  note = undefined;
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const record = ({ sqlite }: Database, seq: number) =>
  sqlite
    .prepare("INSERT INTO events (run_id, seq, type, at, actor, data) VALUES ('r', ?, 'x', 0, 'me', '{}')")
    .run(seq);

/**
 * The file as it is where its processes were killed and log and index removed: with the events before its last
 * checkpoint, and a note of those behind it too.
 */
async function bereft(before: number, after: number): Promise<void> {
  const database = await openDatabase({ path });
  for (let seq = 1; seq <= before; seq += 1) record(database, seq);
  checkpoint(database);
  for (let seq = before + 1; seq <= before + after; seq += 1) record(database, seq);
  const bytes = readFileSync(path);
  noteReach(database, (text) => (note = text)).close();
  database.close();
  writeFileSync(path, bytes);
}

const inspect = () => inspectDatabase({ path, init: false, reach: { path: join(folder, 'note.json'), text: note } });

describe('a record whose log and index were removed together', () => {
  it('is refused, again and again, until its note is removed', async () => {
    await bereft(3, 2);
    const refusal = { code: 'storage_corrupt', message: expect.stringMatching(/2 events of runs.*note\.json/) };
    await expect(inspect()).rejects.toMatchObject(refusal);
    await expect(inspect()).rejects.toMatchObject(refusal);
    note = undefined;
    await inspect();
  });

  it('is taken where all of it had left the log', async () => {
    await bereft(5, 0);
    await inspect();
  });

  it('is no concern of a copy: that is another file', async () => {
    await bereft(3, 2);
    copyFileSync(path, `${path}.copy`);
    rmSync(path);
    copyFileSync(`${path}.copy`, path);
    await inspect();
  });
});

it('a record that was vacuumed is numbered anew, and is taken', async () => {
  await bereft(5, 0);
  const other = new DatabaseSync(path);
  other.exec('DELETE FROM events WHERE seq <= 2; VACUUM');
  other.close();
  await inspect();
});

it('what cannot be read as a note says nothing', async () => {
  await bereft(3, 0);
  for (const text of ['', 'null', '{}', '{"file":"1:1","schema":"x"}']) {
    note = text;
    await inspect();
  }
});

it('is noted when it has changed, not each second', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const database = await openDatabase({ path });
  onTestFinished(() => database.close());
  const kept: string[] = [];
  const noting = noteReach(database, (text) => kept.push(text));
  vi.advanceTimersByTime(3_000);
  expect(kept).toHaveLength(1);
  record(database, 1);
  vi.advanceTimersByTime(1_000);
  expect(kept).toHaveLength(2);
  noting.close();
});
