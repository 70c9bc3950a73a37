/**
 * What becomes of a task whose database or readable copy somebody damaged: one sentence, nothing lost, whole again
 * after the next write.
 */

import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aTask, createTaskPlace, oneSentence, type TaskPlace } from './task-cli.ts';

function at(): TaskPlace {
  const place = createTaskPlace();
  onTestFinished(() => place[Symbol.dispose]());
  return place;
}

/** A task with a log long enough that it fills pages of its own. */
async function aLongTask() {
  const place = at();
  const env = { PERDURE_LEASE: await aTask(place) };
  const details = JSON.stringify({ text: 'x'.repeat(50_000) });
  await place.data(['event', 'ship', 'long', '--details', '-'], { env, stdin: details });
  await place.data(['progress', 'ship', 'Parser done'], { env });
  return { place, env };
}

const commands = [
  ['list'],
  ['show', 'ship'],
  ['continue', 'ship'],
  ['progress', 'ship', 'x'],
  ['create', 'other', '--title', 't', '--goal', 'g'],
  ['rebuild', '--all', '--repair'],
  ['queue', 'list'],
];

async function expectRefusal(place: TaskPlace, told: RegExp, env: Readonly<Record<string, string>>): Promise<void> {
  for (const argv of commands) {
    const { code, stdout, stderr } = await place.task(argv, { env });
    expect({ argv, code, stdout }).toEqual({ argv, code: 10, stdout: '' });
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toMatch(told);
  }
}

describe('a database that', () => {
  test.each([
    ['is garbage', (path: string) => writeFileSync(path, Buffer.alloc(20_000, 0xa5))],
    ['was cut in its middle', (path: string) => truncateSync(path, statSync(path).size / 2)],
    ['was cut in its head', (path: string) => truncateSync(path, 50)],
    ['has a hole', (path: string) => writeFileSync(path, withHole(readFileSync(path)))],
  ])(
    '%s is told with 10 by every command; the file is left as it is, and a copy of it put back has everything',
    async (_, spoil) => {
      const { place, env } = await aLongTask();
      const backup = join(place.folder, 'backup.db');
      cpSync(place.paths.database, backup);
      spoil(place.paths.database);
      const spoilt = readFileSync(place.paths.database);
      await expectRefusal(place, /is damaged .* restore a backup/, env);
      expect(readFileSync(place.paths.database).equals(spoilt)).toBe(true);
      cpSync(backup, place.paths.database);
      expect((await place.task(['progress', 'ship', 'and on'], { env })).code).toBe(0);
      expect(await place.data(['show', 'ship'])).toMatchObject({ revision: 5 });
    },
  );

  test.each([['notes'], ['tasks']])(
    'is that of another program, with a table %s, is told with 10 and left untouched',
    async (table) => {
      const { place, env } = await aLongTask();
      rmSync(place.paths.database);
      const foreign = new DatabaseSync(place.paths.database);
      foreign.exec(`CREATE TABLE ${table} (text); INSERT INTO ${table} VALUES ('mine')`);
      foreign.close();
      await expectRefusal(place, /database of another program and was left untouched/, env);
      const opened = new DatabaseSync(place.paths.database, { readOnly: true });
      onTestFinished(() => opened.close());
      const { tables } = { ...opened.prepare('SELECT group_concat(name) AS tables FROM sqlite_schema').get() };
      expect(tables).toBe(table);
      expect({ ...opened.prepare(`SELECT * FROM ${table}`).get() }).toEqual({ text: 'mine' });
    },
  );

  test('says something else than its log is found by rebuild with 1, and made right by --repair', async () => {
    const { place } = await aLongTask();
    const sqlite = new DatabaseSync(place.paths.database);
    sqlite.exec(`UPDATE tasks SET state = 'completed', snapshot = json_set(snapshot, '$.desired_state', 'completed')`);
    sqlite.close();
    const found = await place.task(['rebuild', '--all']);
    expect(found).toMatchObject({ code: 1, stdout: expect.stringContaining('desired_state') as string });
    expect((await place.task(['rebuild', '--all', '--repair'])).code).toBe(0);
    expect((await place.data(['show', 'ship'])).desired_state).toBe('running');
  });
});

/** Keeps the first pages, with the schema in them, and the last. */
function withHole(bytes: Buffer): Buffer {
  return Buffer.from(bytes).fill(0xa5, 2 * 4096, bytes.length - 4096);
}

/** Every file of the folder. */
function read(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

function linesOf(path: string): readonly string[] {
  return readFileSync(path, 'utf8').split('\n');
}

/** What the copy should be, by the task and its log. */
async function expectWholeCopy(place: TaskPlace): Promise<void> {
  const out = join(place.folder, `out-${readdirSync(place.folder).length}`);
  await place.data(['export', 'ship', out]);
  expect(read(join(place.paths.root, 'tasks'))).toEqual(read(out));
}

describe('a readable copy', () => {
  const endings = ['json', 'events.jsonl', 'progress.log'] as const;

  const hands: readonly (readonly [what: string, hand: (copy: string) => void])[] = [
    ['whose folder is gone', (copy) => rmSync(join(copy, '..'), { recursive: true })],
    ['whose JSON is broken', (copy) => writeFileSync(`${copy}.json`, '{"title": "forg')],
    ['whose JSON is empty', (copy) => writeFileSync(`${copy}.json`, '')],
    [
      'that lost its first events',
      (copy) => writeFileSync(`${copy}.events.jsonl`, linesOf(`${copy}.events.jsonl`).slice(2).join('\n')),
    ],
    [
      'that lost its last event',
      (copy) => writeFileSync(`${copy}.events.jsonl`, linesOf(`${copy}.events.jsonl`).slice(0, -2).join('\n') + '\n'),
    ],
    [
      'whose last event is torn',
      (copy) => truncateSync(`${copy}.events.jsonl`, statSync(`${copy}.events.jsonl`).size - 5),
    ],
    [
      'whose progress has a forged line',
      (copy) => writeFileSync(`${copy}.progress.log`, '[2026-01-01T00:00:00Z] forged\n', { flag: 'a' }),
    ],
    ['whose progress is binary', (copy) => writeFileSync(`${copy}.progress.log`, Buffer.alloc(100, 0xff))],
    ['beside which a writer died before it signed its lock', (copy) => writeFileSync(`${copy}.lock`, '')],
    [
      'beside which a writer died before it signed its lock, and the clock was set back since',
      (copy) => {
        writeFileSync(`${copy}.lock`, '');
        const ahead = Date.now() / 1000 + 172_800;
        utimesSync(`${copy}.lock`, ahead, ahead);
      },
    ],
    ['beside which a lock is garbage', (copy) => writeFileSync(`${copy}.lock`, '\u0000{]')],
    ['beside which a writer died that held the lock', (copy) => writeFileSync(`${copy}.lock`, '{"pid":4194303}')],
  ];

  test.each(hands)('%s changes no task, and is whole after the next write', async (_, hand) => {
    const { place, env } = await aLongTask();
    const before = await place.data(['show', 'ship']);
    hand(join(place.paths.root, 'tasks/ship'));
    expect(await place.data(['show', 'ship'])).toEqual(before);
    expect(await place.task(['progress', 'ship', 'and on'], { env })).toMatchObject({ code: 0, stderr: '' });
    await expectWholeCopy(place);
  });

  test.each(endings)(
    'with a folder where its .%s should be is a warning, keeps that folder, and is whole once it is gone',
    async (ending) => {
      const { place, env } = await aLongTask();
      const path = join(place.paths.root, `tasks/ship.${ending}`);
      rmSync(path);
      mkdirSync(path);
      writeFileSync(join(path, 'mine'), 'mine');
      const { code, stderr } = await place.task(['progress', 'ship', 'while it is in the way'], { env });
      expect(code).toBe(0);
      expect(stderr).toMatch(oneSentence);
      expect(stderr).toContain('once nothing is in its way');
      expect(readFileSync(join(path, 'mine'), 'utf8')).toBe('mine');
      rmSync(path, { recursive: true });
      expect(await place.task(['progress', 'ship', 'and on'], { env })).toMatchObject({ code: 0, stderr: '' });
      await expectWholeCopy(place);
    },
  );
});

test('a database that is damaged is told in one sentence, with 10', async () => {
  const place = at();
  writeFileSync(place.paths.database, 'this is no database at all, but long enough to be taken for one'.repeat(100));
  const { code, stderr } = await place.task(['list']);
  expect(code).toBe(10);
  expect(stderr).toMatch(oneSentence);
});

test.skipIf(process.getuid?.() === 0)('a state root that is read-only is told in one sentence, with 6', async () => {
  const place = at();
  await aTask(place);
  chmodSync(place.paths.root, 0o500);
  onTestFinished(() => chmodSync(place.paths.root, 0o700));
  const { code, stderr } = await place.task(['progress', 'ship', 'x']);
  expect(code).toBe(6);
  expect(stderr).toMatch(oneSentence);
});

test('a database that cannot be opened is told in one sentence, with 6', async () => {
  const place = at();
  mkdirSync(place.paths.database);
  const { code, stderr } = await place.task(['list']);
  expect(code).toBe(6);
  expect(stderr).toMatch(oneSentence);
});

test('a state root that is a file is told in one sentence, with 6', async () => {
  const place = at();
  rmSync(place.paths.root, { recursive: true });
  writeFileSync(place.paths.root, '');
  const { code, stderr } = await place.task(['list']);
  expect(code).toBe(6);
  expect(stderr).toMatch(oneSentence);
});

test('a readable copy that was edited by hand changes no task, and is right again after the next write', async () => {
  const place = at();
  const env = { PERDURE_LEASE: await aTask(place) };
  const copy = join(place.paths.root, 'tasks/ship');
  writeFileSync(`${copy}.json`, '{"title":"forged"}');
  writeFileSync(`${copy}.events.jsonl`, 'half a li');
  expect((await place.data(['show', 'ship'])).title).toBe('Ship it');
  expect((await place.task(['progress', 'ship', 'on'], { env })).code).toBe(0);
  expect(JSON.parse(readFileSync(`${copy}.json`, 'utf8'))).toMatchObject({ title: 'Ship it' });
  expect(
    readFileSync(`${copy}.events.jsonl`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ).toHaveLength(3);
});
