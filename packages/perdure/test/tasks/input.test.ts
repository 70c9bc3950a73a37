/**
 * What is typed or piped in, broken or in bad faith, for every command that takes it: one sentence, 2, and nothing is
 * written anywhere.
 */

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { aTask, createTaskPlace, oneSentence, type TaskPlace } from './task-cli.ts';

function at(): TaskPlace {
  const place = createTaskPlace();
  onTestFinished(() => place[Symbol.dispose]());
  return place;
}

/** `ID` stands for the id of the task. */
const commandsWithId = [
  ['create', '--title', 't', '--goal', 'g', '--', 'ID'],
  ['show', '--', 'ID'],
  ['continue', '--', 'ID'],
  ['release', '--', 'ID'],
  ['progress', '--', 'ID', 'x'],
  ['update', '--phase', 'x', '--', 'ID'],
  ['milestone', '--', 'ID', 'a'],
  ['subtask', '--', 'ID', 'a'],
  ['event', '--', 'ID', 'x'],
  ['context', '--', 'ID', '50'],
  ['boundary', '--', 'ID'],
  ['pause', '--', 'ID'],
  ['steer', '--', 'ID', 'x'],
  ['control', '--', 'ID', 'paused'],
  ['action', 'start', '--', 'ID', 'a'],
  ['reconcile', '--', 'ID'],
  ['verify', '--criterion', '1', '--attest', 'x', '--', 'ID'],
  ['complete', '--', 'ID'],
  ['fail', '--', 'ID', 'x'],
  ['reopen', '--', 'ID', 'x'],
  ['recent', '--', 'ID'],
  ['rebuild', '--', 'ID'],
  ['export', '--', 'ID', 'out'],
  ['queue', 'pop', '--', 'ID'],
  ['queue', 'add', '--title', 't', '--context', 'c', '--task=ID'],
] as const;

const ids = [
  '../evil',
  '../../../../tmp/evil',
  '/etc/passwd',
  String.raw`..\evil`,
  '',
  ' ',
  'x'.repeat(64),
  'x'.repeat(100_000),
  'Ship',
  'ünï',
  'ｓｈｉｐ',
  '🚢',
  'sh\u0000ip',
  'ship\n',
  'ship\u001b[2J',
  '%2e%2e',
  '.ship',
  '-ship',
];

test.each(ids)('the id %j is refused by every command, and no file is made anywhere', async (id) => {
  const place = at();
  await aTask(place);
  const before = tree(place);
  for (const argv of commandsWithId) {
    const { code, stdout, stderr } = await place.task(argv.map((word) => word.replace('ID', () => id)));
    expect({ argv, code, stdout }).toEqual({ argv, code: 2, stdout: '' });
    expect(stderr).toMatch(oneSentence);
    expect(stderr).not.toContain('\u001b');
  }
  expect(tree(place)).toEqual(before);
  expect((await place.data(['show', 'ship'])).revision).toBe(2);
});

/** All that is in the folder of the project; beside it, what may have come by way of `..`. */
function tree({ folder }: TaskPlace): readonly string[] {
  const beside = readdirSync(dirname(folder)).filter((name) => name.includes('evil'));
  return [...readdirSync(folder, { recursive: true, encoding: 'utf8' }), ...beside.map((name) => join('..', name))];
}

test.each([
  ['a line break', 'two\nlines'],
  ['a carriage return', 'a\rb'],
  ['a bell', 'bell\u0007'],
  ['an order to the terminal', '\u001b]0;title\u0007'],
  ['a zero', 'a\u0000b'],
  ['a line separator of Unicode', 'a\u2028b'],
  ['a next line of Unicode', 'a\u0085b'],
])('a line with %s is refused wherever one line is asked for', async (_what, line) => {
  const place = at();
  const env = { PERDURE_LEASE: await aTask(place) };
  const commands = [
    ['create', 'other', '--goal', 'g', '--title', line],
    ['create', 'other', '--goal', 'g', '--title', 't', '--phase', line],
    ['create', 'other', '--goal', 'g', '--title', 't', '--milestone', `a: ${line}b`],
    ['create', 'other', '--goal', 'g', '--title', 't', '--holder', line],
    ['update', 'ship', '--title', line],
    ['update', 'ship', '--health', line],
    ['progress', 'ship', line],
    ['progress', 'ship', 'x', '--phase', line],
    ['progress', 'ship', 'x', '--health', line],
    ['milestone', 'ship', line],
    ['milestone', 'ship', 'a', '--title', line],
    ['milestone', 'ship', 'a', '--status', 'dropped', '--reason', line],
    ['subtask', 'ship', 'a', '--owner', line],
    ['subtask', 'ship', 'a', '--depends-on', line],
    ['event', 'ship', line],
    ['action', 'start', 'ship', 'a', '--summary', line],
    ['action', 'start', 'ship', line],
    ['reconcile', 'ship', '--reason', line],
    ['context', 'ship', '50', '--session', line],
    ['queue', 'add', '--context', 'c', '--title', line],
  ];
  for (const argv of commands) {
    const { code, stdout, stderr } = await place.task(argv, { env });
    expect({ argv, code, stdout }).toEqual({ argv, code: 2, stdout: '' });
    expect(stderr).toMatch(oneSentence);
  }
  expect((await place.task(['list', '--json'])).stdout.trim().split('\n')).toHaveLength(1);
  expect((await place.data(['show', 'ship'])).revision).toBe(2);
  expect(await place.data(['queue', 'list'])).toMatchObject({ count: 0 });
});

const deep = 50_000;
const texts = {
  lists: `${'['.repeat(deep)}${']'.repeat(deep)}`,
  objects: `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`,
  'lists that never end': '['.repeat(deep),
};
const jsonFlags = [
  ['event', 'ship', 'x', '--details'],
  ['update', 'ship', '--latest', '--done-criteria'],
  ['update', 'ship', '--latest', '--artifacts'],
  ['create', 'other', '--title', 't', '--goal', 'g', '--done-criteria'],
  ['create', 'other', '--title', 't', '--goal', 'g', '--artifacts'],
] as const;

test.each(Object.entries(texts))('%s nested 50,000 deep are refused by every flag that takes JSON', async (_, text) => {
  const place = at();
  const env = { PERDURE_LEASE: await aTask(place) };
  for (const flag of jsonFlags) {
    for (const { argv, stdin } of [
      { argv: [...flag, text], stdin: '' },
      { argv: [...flag, '-'], stdin: text },
    ]) {
      const { code, stdout, stderr } = await place.task(argv, { env, stdin });
      expect({ flag, code, stdout }).toEqual({ flag, code: 2, stdout: '' });
      expect(stderr).toMatch(oneSentence);
      expect(stderr.length).toBeLessThan(500);
    }
  }
  expect((await place.data(['show', 'ship'])).revision).toBe(2);
});

test.each([
  ['not UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22])],
  ['a character cut in two', Buffer.from('"ü').subarray(0, 2)],
  ['half of a pair, written as if it were one', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
  ['more than 10 MB', Buffer.alloc(10_000_001, 0x20)],
])('stdin that is %s is refused wherever stdin is read', async (_what, stdin) => {
  const place = at();
  const env = { PERDURE_LEASE: await aTask(place) };
  const readers = [
    ...jsonFlags.map((flag) => [...flag, '-']),
    ['create', 'other', '--title', 't', '--goal', '-'],
    ['progress', 'ship', '-'],
    ['note', 'ship', '-'],
    ['verify', 'ship', '--criterion', '1', '--attest', '-'],
    ['queue', 'add', '--title', 't', '--context', '-'],
  ];
  for (const argv of readers) {
    const { code, stdout, stderr } = await place.task(argv, { env, stdin });
    expect({ argv, code, stdout }).toEqual({ argv, code: 2, stdout: '' });
    expect(stderr).toMatch(oneSentence);
  }
  expect((await place.data(['show', 'ship'])).revision).toBe(2);
});

test('a name that every object has, as __proto__, names what it was given to and nothing else', async () => {
  const place = at();
  const env = { PERDURE_LEASE: await aTask(place) };
  for (const name of ['__proto__', 'constructor', 'toString'])
    await place.data(['milestone', 'ship', name, '--title', name], { env });
  await place.data(['action', 'start', 'ship', 'constructor'], { env });
  await place.data(['event', 'ship', '__proto__', '--details', '{"__proto__":{"polluted":true}}'], { env });
  const { milestones, action_states: actions } = await place.data(['show', 'ship']);
  expect(milestones.map((milestone: { readonly id: string }) => milestone.id)).toEqual([
    '__proto__',
    'constructor',
    'toString',
  ]);
  expect(Object.keys(actions)).toEqual(['constructor']);
  expect({}).not.toHaveProperty('polluted');
  expect(await place.data(['rebuild', 'ship'])).toMatchObject({ differing: [] });
});

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
