import { expect, test } from 'vitest';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { aTask, createTaskPlace, oneSentence, type TaskPlace } from './task-cli.ts';

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

/** A task bound to a program of Node that runs `script`. */
async function aBoundTask(place: TaskPlace, script: string): Promise<string> {
  const token = await aTask(place, '--milestone', 'plan: Plan', '--priority', 'time');
  await place.task(['bind', 'ship', '--method', 'command', '--lease', token, '--', process.execPath, '-e', script]);
  return token;
}

test('a report that cannot be sent fails no command: it is told, shown with its task, and named in the list', async () => {
  using place = createTaskPlace();
  const token = await aBoundTask(place, 'console.error("no line"); process.exit(3)');
  const done = await place.task(['milestone', 'ship', 'plan', '--status', 'done', '--lease', token]);
  expect(done.code).toBe(0);
  expect(done.stderr).toBe(
    'perdure: Report 1 of task ship was not sent (it ended with 3: no line); it is sent again later: `perdure task deliveries ship`.\n',
  );
  const { deliveries } = await place.data(['show', 'ship']);
  expect(deliveries).toMatchObject([{ number: 1, reason: 'milestone', state: 'failed', attempts: 1 }]);
  expect((await place.task(['show', 'ship'])).stdout).toMatch(
    /## Reports go to\n- the program .*\n\n## Reports not arrived\n- 1\. failed \(it ended with 3: no line\), again at .*: milestone by command\n/,
  );
  expect((await place.task(['list'])).stderr).toContain('Reports have not arrived of ship');
  expect((await place.task(['deliveries', 'ship', '--dismiss', '1'])).stdout).toBe('No report waits.\n');
});

test('tick prints what is bound to the screen, sends what waits, and ends with 0 whatever becomes of it', async () => {
  using place = createTaskPlace();
  const token = await aBoundTask(place, 'process.exit(1)');
  await place.task(['milestone', 'ship', 'plan', '--status', 'done', '--lease', token]);
  await place.task(['create', 'seen', '--title', 'Seen', '--goal', 'x', '--priority', 'time', '--no-lease']);
  await place.task(['bind', 'seen', '--method', 'stdout']);
  place.now += 60_000;
  const { code, stdout, stderr } = await place.task(['tick']);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^\[seen\] task \[\.{10}\] +0% \| .*\n$/)]);
  expect(stderr).toContain('2 tasks run, 1 report sent.\n');
  expect(stderr).toContain('Report 1 of ship is failed: it ended with 1\n');
  const data = await place.data(['tick']);
  expect(data).toMatchObject({ swept: true, scanned: 2, eligible: 2, errors: 0, skipped: { not_due: 1 } });
});

test('a task whose snapshot is damaged is named by tick, and stops none of the others', async () => {
  using place = createTaskPlace();
  await aTask(place, '--priority', 'time', '--no-lease');
  await place.task(['bind', 'ship', '--method', 'log']);
  await place.task(['create', 'torn', '--title', 'Torn', '--goal', 'x']);
  const sqlite = new DatabaseSync(place.paths.database);
  sqlite.exec(`UPDATE tasks SET snapshot = '{' WHERE id = 'torn'`);
  sqlite.close();
  const { results, errors, sent } = await place.data(['tick']);
  expect([errors, sent]).toEqual([1, 1]);
  expect(results).toContainEqual({ task_id: 'torn', status: 'error', reason: expect.stringContaining('"torn"') });
  expect(readFileSync(join(place.paths.logs, 'reports.log'), 'utf8')).toMatch(/^\S+Z \[ship\] task \[.*\n$/);
});

test('scenario 5: a task that OpenClaw has made in a chat is bound to it', async () => {
  using place = createTaskPlace();
  const env = { OPENCLAW_CHANNEL: 'telegram', OPENCLAW_CHAT_ID: '42' };
  const argv = ['create', 'ship', '--title', 'Ship', '--goal', 'x', '--no-lease'];
  const { artifacts } = await place.data(argv, { env });
  expect(artifacts).toMatchObject([{ kind: 'delivery_binding', channel: 'telegram', target: '42' }]);
  expect((await place.task(['show', 'ship'])).stdout).toContain('## Reports go to\n- telegram 42 by OpenClaw\n');
});

test('deliveries refuses what is not there, and to send again what has arrived', async () => {
  using place = createTaskPlace();
  await aBoundTask(place, '0');
  await place.task(['pause', 'ship', 'lunch']);
  expect((await place.task(['deliveries', 'ship', '--all'])).stdout).toMatch(
    /1 +sent +control +command +\[ship\] update/,
  );
  for (const [argv, code] of [
    [['deliveries', 'ship', '--resend', '1'], 8],
    [['deliveries', 'ship', '--resend', '9'], 7],
    [['deliveries', 'ship', '--resend', '1', '--dismiss', '1'], 2],
    [['deliveries', 'nothing'], 7],
  ] as const) {
    const refused = await place.task(argv);
    expect(refused.code).toBe(code);
    expect(refused.stderr).toMatch(oneSentence);
  }
});
