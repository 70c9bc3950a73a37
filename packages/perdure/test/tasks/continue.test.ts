import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wakesOf } from '@perdure/tasks';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aTask, createTaskPlace, type TaskPlace } from './task-cli.ts';

const minute = 60_000;
/** A folder with a work tree and without a state root. */
function aProject(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-project-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, '.git'));
  return folder;
}

const make = async (place: TaskPlace, id: string, ...flags: readonly string[]) =>
  (await place.data(['create', id, '--title', id, '--goal', 'g', ...flags])).lease_token as string;

describe('continue without a name', () => {
  test('never takes the work of another project, and names it instead', async () => {
    const place = createTaskPlace();
    const [one, two] = [aProject(), aProject()];
    const create = ['create', 'there', '--title', 't', '--goal', 'g', '--no-lease'];
    expect((await place.task(create, { cwd: one })).stdout).toContain('perdure init');
    const { code, stderr } = await place.task(['continue'], { cwd: two });
    expect(code).toBe(7);
    expect(stderr).toContain(`there belongs to ${one}`);
    expect((await place.data(['continue', 'there'], { cwd: two })).ok).toBe(true);
  });

  test('lets a task rest that somebody stopped, says why it rests, and wakes it by its name', async () => {
    const place = createTaskPlace();
    await aTask(place, '--no-lease');
    await place.data(['stop', 'ship', 'no longer wanted']);
    const { code, stdout } = await place.task(['continue']);
    expect(code).toBe(1);
    expect(stdout).toContain('stay_stopped');
    expect(stdout).toContain('no longer wanted');
    expect(stdout).not.toContain('PERDURE_LEASE');
    const named = await place.task(['continue', 'ship']);
    expect([named.code, named.stdout]).toEqual([0, expect.stringContaining('It was stopped (no longer wanted)')]);
  });

  test('of a task at which somebody is at work names the one that is free', async () => {
    const place = createTaskPlace();
    await make(place, 'free', '--no-lease');
    place.now += minute;
    await make(place, 'held');
    const { code, stderr } = await place.task(['continue']);
    expect(code).toBe(8);
    expect(stderr).toContain('perdure task continue free');
  });
});

const heldAnd = async (place: TaskPlace, ...ids: readonly string[]) => {
  for (const id of ids) {
    await make(place, id, '--no-lease');
    place.now += minute;
  }
  await make(place, 'held');
};

describe('continue where somebody is at work', () => {
  test('names nothing as free that somebody has stopped', async () => {
    const place = createTaskPlace();
    await heldAnd(place, 'halted');
    await place.data(['stop', 'halted', 'never again']);
    const { code, stderr } = await place.task(['continue']);
    expect([code, stderr.includes('halted')]).toEqual([8, false]);
  });

  test('finds the one that is free behind many that are not', async () => {
    const place = createTaskPlace();
    await heldAnd(place, 'free');
    for (const id of ['a', 'b', 'c']) {
      place.now += minute;
      await make(place, id);
    }
    expect((await place.task(['continue'])).stderr).toContain('`perdure task continue free`');
  });

  test('--unattended names only what it may take, by the command that does', async () => {
    const place = createTaskPlace();
    await heldAnd(place, 'paused', 'free');
    await place.data(['pause', 'paused', 'lunch']);
    const unattended = ['continue', '--unattended'];
    const { stderr } = await place.task(unattended);
    expect(stderr).toContain('`perdure task continue free --unattended`');
    await place.data(['pause', 'free', 'lunch']);
    expect((await place.task(unattended)).stderr).not.toContain('free');
  });

  test.each([[['continue', '--unattended']], [['continue', 'held', '--unattended']], [['continue', 'held']]])(
    '%j ends with 8, and looks only with 1',
    async (argv) => {
      const place = createTaskPlace();
      await heldAnd(place);
      expect((await place.task(argv)).code).toBe(8);
      expect((await place.task([...argv, '--dry-run'])).code).toBe(1);
    },
  );
});

describe('what continue may wake', () => {
  test.each([
    ['a person who names it: all', { id: 'ship', isUnattended: false }, ['paused', 'stopped']],
    ['a person who names none: what is paused', { id: undefined, isUnattended: false }, ['paused']],
    ['a program: nothing', { id: 'ship', isUnattended: true }, []],
  ])('%s', (_, asked, wakes) => {
    expect(wakesOf({ ...asked, takesOver: true })).toEqual(wakes);
  });
});

describe('continue --unattended', () => {
  test('goes on after a hand-over, and not after the pause of a person', async () => {
    const place = createTaskPlace();
    const env = { PERDURE_LEASE: await aTask(place, '--next-step', 'Printer') };
    await place.data(['context', 'ship', '50'], { env });
    const next = await place.data(['continue', '--unattended']);
    expect(next).toMatchObject({ ok: true, promoted_from_state: 'paused' });
    await place.data(['pause', 'ship', 'lunch']);
    expect((await place.data(['continue', '--unattended'])).resume_plan.action).toBe('stay_paused');
  });

  test('does not go on after a hand-over over the pause of a person, whether it waited or came after', async () => {
    const place = createTaskPlace();
    const env = { PERDURE_LEASE: await aTask(place) };
    await place.data(['pause', 'ship', 'not before Monday', '--safe-boundary-only']);
    await place.data(['context', 'ship', '60'], { env });
    expect((await place.data(['continue', '--unattended'])).resume_plan.action).toBe('stay_paused');
    const token = (await place.data(['continue', 'ship'])).lease_token as string;
    await place.data(['context', 'ship', '60', '--lease', token]);
    expect((await place.task(['pause', 'ship', 'wait for me'])).code).toBe(0);
    expect((await place.data(['continue', '--unattended'])).resume_plan.action).toBe('stay_paused');
    expect((await place.data(['show', 'ship'])).operator_note).toBe('wait for me');
  });

  test('leaves a handed-over task alone that somebody has stopped since', async () => {
    const place = createTaskPlace();
    const env = { PERDURE_LEASE: await aTask(place) };
    await place.data(['context', 'ship', '50'], { env });
    await place.data(['stop', 'ship']);
    expect((await place.data(['continue', 'ship', '--unattended'])).resume_plan.action).toBe('stay_stopped');
  });
});

describe('continue with the lease of before', () => {
  test('keeps it where an action stands in the way, and says what to resolve', async () => {
    const place = createTaskPlace();
    const env = { PERDURE_LEASE: await aTask(place) };
    await place.data(['action', 'start', 'ship', 'publish'], { env });
    const held = await place.data(['continue', 'ship'], { env });
    expect(held).toMatchObject({ ok: false, resume_plan: { action: 'reconcile_first' } });
    expect((await place.task(['continue', 'ship'], { env })).stdout).toContain('You keep the lease you have.');
    await place.data(['action', 'resolve', 'ship', 'publish', '--outcome', 'failed', '--how', 'not there'], { env });
    expect((await place.data(['continue', 'ship'], { env })).ok).toBe(true);
  });
});

describe('a lease whose holder is gone', () => {
  test('is broken by a person, not by an agent, and the next one goes on at once', async () => {
    const place = createTaskPlace();
    await aTask(place);
    const breaking = ['release', 'ship', '--break', 'its terminal is closed'];
    expect((await place.task(breaking)).code).toBe(8);
    expect(await place.data([...breaking, '--holder', 'owner'])).toMatchObject({ released: true });
    expect((await place.data(['continue'])).ok).toBe(true);
    expect((await place.task(['recent', 'ship'])).stdout).toContain('its terminal is closed');
  });
});

const report = (n: number) => `${n} ${'word '.repeat(250)}end-${n}`;

test('a brief shows the newest report whole, and show shows all', async () => {
  const place = createTaskPlace();
  const env = { PERDURE_LEASE: await aTask(place) };
  for (const n of [1, 2, 3]) await place.data(['progress', 'ship', report(n)], { env });
  for (let n = 0; n < 30; n += 1) await place.data(['note', 'ship', `n${n}`]);
  await place.data(['steer', 'ship', 'use the new key']);
  await place.data(['release', 'ship'], { env });
  const { stdout } = await place.task(['continue']);
  expect(stdout).toContain('end-3');
  expect(stdout).toContain('note: n0');
  expect(stdout).toContain('The rest: perdure task show ship');
  const shown = (await place.task(['show', 'ship'])).stdout;
  for (const n of [1, 2, 3]) expect(shown).toContain(`end-${n}`);
});

test('show tells how a task was closed and what its actions came to', async () => {
  const place = createTaskPlace();
  const env = { PERDURE_LEASE: await make(place, 'small') };
  await place.data(['action', 'start', 'small', 'publish'], { env });
  await place.data(['action', 'done', 'small', 'publish', '--result', '2.0.0'], { env });
  await place.data(['complete', 'small', '--summary', 'Windows was not tested'], { env });
  const { stdout } = await place.task(['show', 'small']);
  expect(stdout).toContain('Windows was not tested');
  expect(stdout).toContain('publish success: publish (2.0.0)');
});

test.each([
  ['progress', ['progress', 'ship', ' ']],
  ['fail', ['fail', 'ship', '']],
  ['reopen', ['reopen', 'ship', ' ']],
])('%s without a word is refused', async (_name, argv) => {
  const place = createTaskPlace();
  await aTask(place, '--no-lease');
  expect((await place.task(argv)).code).toBe(2);
});
