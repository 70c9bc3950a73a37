import { expect, test } from 'vitest';
import { writeFileSync } from 'node:fs';
import { aTask, createTaskPlace, oneSentence } from './task-cli.ts';

test('scenario 48: status prints the line with the bars, and the figures behind them', async () => {
  using place = createTaskPlace();
  await aTask(place, '--milestone', 'plan: Plan', '--no-lease');
  const { code, stdout } = await place.task(['status', 'ship']);
  expect([code, stdout]).toEqual([
    0,
    'task [..........]   0% | proj [..........]   0% | ms 0/1 | planning | healthy | none | next: \n',
  ]);
  const data = await place.data(['status', 'ship']);
  expect(data).toMatchObject({ line: stdout.slice(0, -1), overall: { milestones_total: 1 }, current: { percent: 0 } });
});

test('report has the level of the task, then of the settings, then of what the task is to save', async () => {
  using place = createTaskPlace();
  await aTask(place, '--no-lease');
  const level = async () => (await place.data(['report', 'ship'])).level as number;
  expect(await level()).toBe(1);
  writeFileSync(place.paths.config, 'reports:\n  level: 2\n');
  expect(await level()).toBe(2);
  await place.task(['update', 'ship', '--report-level', '0']);
  expect(await level()).toBe(0);
  expect(await place.data(['report', 'ship', '--level', '0'])).toMatchObject({ text: 'Ship it: still running.' });
});

test.each([
  ['reports:\n  level: 7\n', 'level (0 to 4)'],
  ['reports:\n  quietHours: evening\n', 'span of the day'],
  ['reports:\n  timeZone: Atlantis/Deep\n', 'time zone'],
  ['reports:\n  reasons: [milestone, gossip]\n', 'list of reasons'],
])('a setting that is none is refused in a sentence: %s', async (yaml, words) => {
  using place = createTaskPlace();
  await aTask(place, '--no-lease');
  writeFileSync(place.paths.config, yaml);
  const { code, stderr } = await place.task(['report', 'ship']);
  expect(code).toBe(2);
  expect(stderr).toMatch(oneSentence);
  expect(stderr).toContain(words);
});

test('of a task that is not there both say so', async () => {
  using place = createTaskPlace();
  for (const verb of ['status', 'report']) {
    const { code, stderr } = await place.task([verb, 'nothing']);
    expect(code).toBe(7);
    expect(stderr).toMatch(oneSentence);
  }
});

test('bind keeps where reports go, and names secrets by their variables alone', async () => {
  using place = createTaskPlace();
  await aTask(place, '--no-lease');
  const hook = ['--method', 'webhook', '--url', 'https://hooks.example.com/a', '--secret', 'env:HOOK', '--dedupe'];
  const { delivery } = await place.data(['bind', 'ship', ...hook]);
  expect(delivery).toEqual({
    method: 'webhook',
    url: 'https://hooks.example.com/a',
    secret_variable: 'HOOK',
    takes_key: true,
  });
  const command = await place.data(['bind', 'ship', '--method', 'command', '--', 'notify', '--title', 'x']);
  expect(command.delivery).toEqual({ method: 'command', argv: ['notify', '--title', 'x'], cwd: place.folder });
  const none = await place.data(['bind', 'ship', '--none']);
  expect(none).not.toHaveProperty('delivery');
});

test.each([
  [[], 'Say where'],
  [['--method', 'webhook', '--url', 'https://a.example'], 'env:NAME'],
  [['--method', 'webhook', '--url', 'https://me:pw@a.example', '--secret', 'env:S'], 'may hold a secret'],
  [['--method', 'webhook', '--url', 'https://a.example/?token=pw', '--secret', 'env:S'], 'may hold a secret'],
  [['--method', 'webhook', '--url', 'ftp://a.example', '--secret', 'env:S'], 'is no address'],
  [['--method', 'webhook', '--url', 'https://a.example', '--secret', 'pw'], 'env:NAME'],
  [['--method', 'webhook', '--url', 'https://a.example', '--secret', 'env:two words'], 'name of a variable'],
  [['--method', 'openclaw', '--channel', 'telegram'], '--target'],
  [['--method', 'openclaw', '--channel', 'a\nb', '--target', '1'], 'one line'],
  [['--method', 'command'], 'Name the program'],
  [['--method', 'stdout', '--url', 'https://a.example'], 'takes no --url'],
])('bind %o is refused in one sentence that repeats no secret', async (argv, words) => {
  using place = createTaskPlace();
  await aTask(place, '--no-lease');
  const { code, stderr } = await place.task(['bind', 'ship', ...argv]);
  expect(code).toBe(2);
  expect(stderr).toMatch(oneSentence);
  expect(stderr).toContain(words);
  expect(stderr).not.toContain('pw');
});
