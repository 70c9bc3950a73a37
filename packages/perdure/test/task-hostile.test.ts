/** What comes in broken or in bad faith is refused in one sentence, and nothing is written. */

import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { aTask, createTaskPlace } from './task-cli.ts';

function at() {
  const place = createTaskPlace();
  onTestFinished(() => place[Symbol.dispose]());
  return place;
}

const oneSentence = /^perdure: [^\n]+\n(  [^\n]+\n)?$/;

test.each(['../evil', 'A', '', '-x', 'a/b', 'a\nb', 'x'.repeat(64), '.hidden'])('the id %j is refused', async (id) => {
  const { code, stdout, stderr } = await at().task(['create', '--title', 't', '--goal', 'g', '--', id]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(oneSentence);
});

test.each([
  ['a line break in progress', ['progress', 'ship', 'done\n2026 forged line'], ''],
  ['a line break in a phase', ['progress', 'ship', 'x', '--phase', 'a\nb'], ''],
  ['a title of two lines', ['update', 'ship', '--title', 'a\nb'], ''],
  ['criteria that are no list', ['update', 'ship', '--latest', '--done-criteria', '"x"'], ''],
  ['criteria that are no texts', ['update', 'ship', '--latest', '--done-criteria', '[1]'], ''],
  ['what is no JSON', ['event', 'ship', 'x', '--details', '{'], ''],
  ['an action id with blanks', ['action', 'start', 'ship', 'a b'], ''],
  ['JSON nested 51 deep', ['event', 'ship', 'x', '--details', '-'], `${'{"a":'.repeat(51)}1${'}'.repeat(51)}`],
  ['JSON nested a million deep', ['event', 'ship', 'x', '--details', '-'], '['.repeat(1_000_000)],
  ['more than 10 MB', ['event', 'ship', 'x', '--details', '-'], `"${'x'.repeat(10_000_001)}"`],
  ['stdin that is not UTF-8', ['note', 'ship', '-'], Buffer.from([0x61, 0xff, 0xfe])],
] as const)('%s is refused with 2 and nothing is written', async (_what, argv, stdin) => {
  const place = at();
  const env = { PERDURE_LEASE: await aTask(place) };
  const { code, stdout, stderr } = await place.task(argv, { stdin, env });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(oneSentence);
  expect((await place.data(['show', 'ship'])).revision).toBe(2);
});

test('10 MB of JSON on stdin are taken, and given back', async () => {
  const place = at();
  const env = { PERDURE_LEASE: await aTask(place) };
  const stdin = JSON.stringify({ text: 'x'.repeat(9_900_000) });
  expect((await place.task(['event', 'ship', 'big', '--details', '-'], { stdin, env })).code).toBe(0);
});

test('a text of somebody else does not drive the terminal', async () => {
  const place = at();
  await aTask(place);
  await place.task(['note', 'ship', 'a\u001b[2Jb']);
  expect((await place.task(['show', 'ship'])).stdout).not.toContain('\u001b');
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
