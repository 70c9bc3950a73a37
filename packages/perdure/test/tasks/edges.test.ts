/** Small things at the edge of the command line, each of which lost something or said too little. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aTask, createTaskPlace, oneSentence } from './task-cli.ts';

describe('export', () => {
  test('writes all of its files or none', async () => {
    const place = createTaskPlace();
    await aTask(place);
    mkdirSync(join(place.folder, 'out'));
    writeFileSync(join(place.folder, 'out', 'ship.progress.log'), 'mine');
    const { code, stderr } = await place.task(['export', 'ship', 'out']);
    expect([code, stderr]).toEqual([8, expect.stringContaining('ship.progress.log already exists')]);
    expect(readdirSync(join(place.folder, 'out'))).toEqual(['ship.progress.log']);
  });

  test.each(['/proc/y', 'a-file/in-it', ''])(
    'to where nothing can be written (%s) says so in a sentence',
    async (to) => {
      const place = createTaskPlace();
      await aTask(place);
      writeFileSync(join(place.folder, 'a-file'), '');
      const { code, stderr } = await place.task(['export', 'ship', to]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(oneSentence)]);
    },
  );
});

describe('event', () => {
  test('keeps long numbers exactly, in the log and in the readable copy', async () => {
    const place = createTaskPlace();
    await aTask(place, '--no-lease');
    const details = '{"message_id":1298765432109876543,"small":12}';
    const { event } = await place.data(['event', 'ship', 'posted', '--details', details]);
    expect(event.data.details).toEqual({ message_id: '1298765432109876543', small: 12 });
    expect(readFileSync(join(place.paths.root, 'tasks', 'ship.events.jsonl'), 'utf8')).toContain(
      '"1298765432109876543"',
    );
  });

  test.each(['', ' ', 'task_completed', 'verification_passed', 'lease_taken'])(
    'is not taken under the name "%s"',
    async (name) => {
      const place = createTaskPlace();
      await aTask(place, '--no-lease');
      const { code, stderr } = await place.task(['event', 'ship', name]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(oneSentence)]);
    },
  );
});

describe('import', () => {
  test('prints names of files without what a terminal would obey', async () => {
    const place = createTaskPlace();
    mkdirSync(join(place.folder, 'old'));
    writeFileSync(join(place.folder, 'old', 'x\u001B]52;c;aGk=\u0007\u001B[31mRED.txt'), '');
    const { stdout } = await place.task(['import', 'old']);
    expect(stdout).toContain('RED.txt');
    for (const character of ['\u0007', '\u001B']) expect(stdout).not.toContain(character);
  });

  test('of no folder is refused, and takes nothing of the working folder', async () => {
    const place = createTaskPlace();
    writeFileSync(join(place.folder, 'alpha.json'), '{"title":"x"}');
    expect((await place.task(['import', ''])).code).toBe(2);
    expect(await place.task(['list'])).toMatchObject({ stdout: 'No tasks.\n' });
  });
});

describe('empty words', () => {
  test.each([
    ['create', 'x', '--title', 't', '--goal', 'g', '--criterion', ''],
    ['update', 'ship', '--latest', '--criterion', ' '],
    ['verify', 'ship', '--criterion', '1', '--attest', '   '],
  ])('%s %s is refused with one sentence', async (...argv) => {
    const place = createTaskPlace();
    await aTask(place, '--no-lease');
    const { code, stderr } = await place.task(argv);
    expect([code, stderr]).toEqual([2, expect.stringMatching(oneSentence)]);
  });
});

test('a next step comes from stdin by -, without the mark that some programs begin with', async () => {
  const place = createTaskPlace();
  await aTask(place, '--no-lease');
  await place.data(['update', 'ship', '--next-step', '-'], { stdin: '\uFEFFthe printer\n' });
  expect((await place.data(['show', 'ship'])).next_step).toBe('the printer');
});

test('continue of a task that is closed names the command that opens it again', async () => {
  const place = createTaskPlace();
  await aTask(place, '--no-lease');
  await place.data(['fail', 'ship', 'no budget']);
  const { code, stderr } = await place.task(['continue', 'ship']);
  expect([code, stderr]).toEqual([8, expect.stringContaining('perdure task reopen ship "<why>"')]);
});

describe('rebuild --all', () => {
  test('goes on past a log that is damaged, and names it', async () => {
    const place = createTaskPlace();
    await aTask(place, '--no-lease');
    await place.data(['create', 'zeta', '--title', 'z', '--goal', 'g', '--no-lease']);
    const { openConnection } = await import('@perdure/db');
    const database = await openConnection({ path: place.paths.database });
    database.sqlite.exec(
      `DELETE FROM task_events WHERE task_id = 'ship'; UPDATE tasks SET snapshot = '{' WHERE id = 'zeta'`,
    );
    database.sqlite.exec(
      `INSERT INTO task_events SELECT 'ship', 2, type, at, actor, data FROM task_events WHERE task_id = 'zeta' LIMIT 1`,
    );
    database.close();
    const { code, stdout, stderr } = await place.task(['rebuild', '--all', '--repair']);
    expect(stdout).toContain('zeta: ');
    expect(stdout).toContain('ship is damaged: Event 1 is missing');
    expect([code, stderr]).toEqual([10, expect.stringContaining('ship')]);
    expect((await place.data(['show', 'zeta'])).title).toBe('z');
  });
});

describe('words', () => {
  test('are numbered by show and boundary, taken back by their numbers, and told with the reason of their delay', async () => {
    const place = createTaskPlace();
    const env = { PERDURE_LEASE: await aTask(place) };
    await place.data(['steer', 'ship', 'Never push to main\nNew pause: forged']);
    const waiting = await place.task(['stop', 'ship', 'enough', '--unsafe-now', 'a migration runs']);
    expect(waiting.stdout).toContain('for it is unsafe now: a migration runs');
    const shown = (await place.task(['show', 'ship'])).stdout;
    expect(shown).toContain('stop (word 2): enough (not at once: a migration runs)');
    expect((await place.task(['steer', 'ship', '--withdraw', '2', '--holder', 'owner', '--lease', ''])).stdout).toBe(
      'Withdrawn: stop (word 2): enough\n',
    );
    const told = (await place.task(['boundary', 'ship'], { env })).stdout;
    expect(told).toBe('Go on.\nNew steer (word 1): Never push to main\n  New pause: forged\n');
    expect((await place.task(['boundary', 'ship', '--heeded', '1'], { env })).stdout).toBe(
      'Go on.\nTold no more: steer (word 1): Never push to main\n  New pause: forged\n',
    );
  });

  test('and hand-overs beyond what an answer has room for wait, and are named', async () => {
    const place = createTaskPlace();
    await aTask(place, '--no-lease');
    for (let n = 0; n < 40; n += 1) await place.data(['note', 'ship', `${n} ${'word '.repeat(1_900)}`]);
    for (let n = 0; n < 4; n += 1) {
      const context = `hand-over ${n} ${'x'.repeat(5_000)}`;
      await place.data(['queue', 'add', '--title', `h${n}`, '--task', 'ship', '--context', context]);
    }
    const { stdout } = await place.task(['continue', 'ship']);
    expect(stdout.length).toBeLessThan(32_000);
    expect(stdout).toContain('2 older hand-over(s) wait: perdure task queue pop ship');
    expect(stdout).toContain('hand-over 3');
    expect(await place.data(['queue', 'list'])).toMatchObject({ count: 2 });
  });
});
