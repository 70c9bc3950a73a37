import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aTask, createTaskPlace } from './task-cli.ts';

const minute = 60_000;

function at() {
  const place = createTaskPlace();
  onTestFinished(() => place[Symbol.dispose]());
  return place;
}

describe('create', () => {
  test('makes a task, prints its lease once, and writes the readable copy', async () => {
    const place = at();
    const { code, stdout } = await place.task([
      'create',
      'ship',
      '--title',
      'Ship',
      '--goal',
      'Out',
      '--milestone',
      'a: First',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/export PERDURE_LEASE=[\w-]{32}\n/);
    const copy = JSON.parse(readFileSync(join(place.paths.root, 'tasks/ship.json'), 'utf8')) as object;
    expect(copy).toMatchObject({ task_id: 'ship', title: 'Ship', milestones: [{ id: 'a', title: 'First' }] });
    for (const look of [['show', 'ship'], ['list'], ['recent', 'ship']]) {
      expect((await place.task([...look, '--json'])).stdout).not.toContain('token_hash');
    }
  });

  test('63: of an id that is taken is refused with 8, and --force keeps the old one under another id', async () => {
    const place = at();
    const lease = await aTask(place);
    const again = ['create', 'ship', '--title', 'Other', '--goal', 'g'];
    expect((await place.task(again)).code).toBe(8);
    const held = await place.task([...again, '--force']);
    expect([held.code, held.stderr]).toEqual([8, expect.stringContaining('is at work on it until')]);
    await place.data(['release', 'ship', '--lease', lease]);
    expect(await place.data([...again, '--force'])).toMatchObject({ title: 'Other', archived: 'ship.1' });
    expect((await place.data(['show', 'ship.1'])).title).toBe('Ship it');
    expect(existsSync(join(place.paths.root, 'tasks/ship.1.json'))).toBe(true);
  });

  test('with --no-lease leaves the task to whoever continues it', async () => {
    const place = at();
    expect(await aTask(place, '--no-lease')).toBe('');
    expect((await place.data(['show', 'ship'])).lease).toBeNull();
  });

  test('without a title or a goal is wrong usage', async () => {
    const place = at();
    expect((await place.task(['create', 'ship', '--title', 'x'])).code).toBe(2);
    expect((await place.task(['create', 'ship', '--goal', 'x'])).code).toBe(2);
  });
});

describe('a write', () => {
  test('without the lease of somebody at work is refused with 8, and with it recorded', async () => {
    const place = at();
    const lease = await aTask(place);
    const progress = ['progress', 'ship', 'Parser done', '--next-step', 'Printer'];
    expect((await place.task(progress)).code).toBe(8);
    expect((await place.task([...progress, '--lease', lease])).code).toBe(0);
    expect((await place.task(progress, { env: { PERDURE_LEASE: lease } })).code).toBe(0);
    expect((await place.data(['show', 'ship'])).next_step).toBe('Printer');
  });

  test('on a revision that is not the newest is refused with 8 and told what changed', async () => {
    const place = at();
    const lease = await aTask(place);
    await place.task(['progress', 'ship', 'one', '--lease', lease]);
    const stale = await place.task(['progress', 'ship', 'two', '--lease', lease, '--revision', '1', '--json']);
    expect(stale.code).toBe(8);
    expect(JSON.parse(stale.stderr)).toMatchObject({ code: 'conflict', details: { seen: 1, now: 3 } });
  });

  test('to a task that is not there is refused with 7', async () => {
    expect((await at().task(['progress', 'ship', 'x'])).code).toBe(7);
    expect((await at().task(['show', 'ship'])).code).toBe(7);
  });

  test('63: of progress is the last of the recent events, one JSON line each', async () => {
    const place = at();
    const lease = await aTask(place);
    await place.task(['progress', 'ship', 'Parser done', '--lease', lease]);
    const { stdout } = await place.task(['recent', 'ship', '--limit', '2', '--json']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatchObject({ schema_version: 1, data: { type: 'status_reported' } });
  });

  test('that replaces a list has to say which revision it saw', async () => {
    const place = at();
    const lease = await aTask(place);
    const update = ['update', 'ship', '--constraint', 'Other', '--lease', lease];
    expect((await place.task(update)).code).toBe(2);
    expect((await place.data([...update, '--latest'])).constraints).toEqual(['Other']);
    expect((await place.data(['update', 'ship', '--phase', 'building', '--lease', lease])).phase).toBe('building');
    expect((await place.task(['update', 'ship', '--lease', lease])).code).toBe(2);
  });

  test('adds and changes milestones, subtasks and events', async () => {
    const place = at();
    const env = { PERDURE_LEASE: await aTask(place) };
    expect(await place.data(['milestone', 'ship', 'a', '--title', 'First', '--status', 'done'], { env })).toMatchObject(
      {
        milestones: [{ id: 'a', status: 'done', percent: 100 }],
      },
    );
    expect((await place.task(['milestone', 'ship', 'a', '--status', 'dropped'], { env })).code).toBe(2);
    expect((await place.task(['milestone', 'ship', 'b', '--status', 'done'], { env })).code).toBe(7);
    expect(await place.data(['subtask', 'ship', 's', '--title', 'Docs', '--owner', 'ada'], { env })).toMatchObject({
      subtasks: [{ id: 's', owner: 'ada', status: 'pending' }],
    });
    expect(
      await place.data(['event', 'ship', 'deployed', '--details', '-'], { env, stdin: '{"host":"a"}' }),
    ).toMatchObject({
      event: { type: 'noted', data: { name: 'deployed', details: { host: 'a' } } },
    });
    expect((await place.task(['event', 'ship', 'deployed', '--details', '[1]'], { env })).code).toBe(2);
  });

  test('after release needs no lease', async () => {
    const place = at();
    const env = { PERDURE_LEASE: await aTask(place) };
    expect(await place.data(['release', 'ship'], { env })).toMatchObject({ released: true });
    expect((await place.task(['progress', 'ship', 'x'])).code).toBe(0);
  });
});

interface Line {
  readonly data?: { readonly task_id: string };
  readonly next?: string;
}

function lines(text: string): readonly Line[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('list', () => {
  test('is bounded, and its last line says where the next page begins', async () => {
    const place = at();
    for (const id of ['a', 'b', 'c']) {
      place.now += minute;
      await place.task(['create', id, '--title', id, '--goal', 'g']);
    }
    const first = lines((await place.task(['list', '--limit', '2', '--json'])).stdout);
    expect(first.map(({ data }) => data?.task_id)).toEqual(['c', 'b', undefined]);
    const second = lines((await place.task(['list', '--cursor', first[2]?.next ?? '', '--json'])).stdout);
    expect(second.map(({ data }) => data?.task_id)).toEqual(['a']);
    expect(lines((await place.task(['list', '--limit', '1', '--all', '--json'])).stdout)).toHaveLength(3);
    expect((await place.task(['list', '--state', 'paused'])).stdout).toBe('No tasks.\n');
    expect((await place.task(['list', '--project', '.'])).stdout).toContain('RUNNING'.toLowerCase());
    expect((await place.task(['list', '--cursor', 'nonsense'])).code).toBe(2);
  });
});

describe('controls', () => {
  test('23: a pause without a lease holds at once, and the agent is told at its boundary', async () => {
    const place = at();
    const env = { PERDURE_LEASE: await aTask(place) };
    expect(await place.data(['pause', 'ship', 'Look first'])).toMatchObject({
      boundary: 'immediate',
      desired_state: 'paused',
    });
    expect(await place.data(['boundary', 'ship'], { env })).toMatchObject({ answer: 'pause', note: 'Look first' });
  });

  test('24, 27: a stop that is unsafe now waits, and stops at the boundary', async () => {
    const place = at();
    const env = { PERDURE_LEASE: await aTask(place) };
    const stop = ['stop', 'ship', 'Enough', '--unsafe-now', 'in the middle of a migration'];
    expect(await place.data(stop)).toMatchObject({ boundary: 'deferred', desired_state: 'running' });
    expect(await place.data(['boundary', 'ship'], { env })).toMatchObject({ answer: 'stop', desired_state: 'stopped' });
  });

  test('28: steer, edit and note change no state; resume does', async () => {
    const place = at();
    await aTask(place);
    for (const intent of ['steer', 'edit', 'note']) {
      expect(await place.data([intent, 'ship', 'Heed this'])).toMatchObject({ desired_state: 'running' });
      expect((await place.task([intent, 'ship'])).code).toBe(2);
    }
    await place.data(['control', 'ship', 'paused', '--note', 'Lunch']);
    expect(await place.data(['resume', 'ship'])).toMatchObject({ desired_state: 'running' });
  });

  test('30, 31: two that wait for the boundary are both applied, oldest first', async () => {
    const place = at();
    const env = { PERDURE_LEASE: await aTask(place) };
    await place.data(['steer', 'ship', 'first', '--safe-boundary-only']);
    await place.data(['note', 'ship', '-', '--safe-boundary-only'], { stdin: 'second\n' });
    expect(await place.data(['boundary', 'ship'], { env })).toMatchObject({
      answer: 'go_on',
      steering: [
        { intent: 'steer', message: 'first' },
        { intent: 'note', message: 'second' },
      ],
    });
  });

  test('33: an unknown one is wrong usage and writes nothing', async () => {
    const place = at();
    await aTask(place);
    expect((await place.task(['control', 'ship', 'sleeping'])).code).toBe(2);
    expect((await place.task(['sleep', 'ship'])).code).toBe(2);
    expect((await place.data(['show', 'ship'])).revision).toBe(2);
  });
});

describe('actions', () => {
  test('an intent is recorded before the act, with a key; a second start of a finished one is refused with 8', async () => {
    const place = at();
    const env = { PERDURE_LEASE: await aTask(place) };
    const started = await place.data(['action', 'start', 'ship', 'publish'], { env });
    expect(started).toMatchObject({ status: 'started', key: expect.stringContaining('ship/') as string });
    expect(await place.data(['action', 'done', 'ship', 'publish', '--result', 'v2'], { env })).toMatchObject({
      status: 'success',
    });
    expect((await place.task(['action', 'start', 'ship', 'publish'], { env })).code).toBe(8);
    expect((await place.task(['action', 'done', 'ship', 'other'], { env })).code).toBe(7);
  });

  test('36: reconcile of a task without open actions is clean', async () => {
    const place = at();
    const env = { PERDURE_LEASE: await aTask(place) };
    expect((await place.task(['reconcile', 'ship'], { env })).code).toBe(0);
  });

  test('37: one whose agent died is unknown, keeps continue from going on, and is resolved by whoever found out', async () => {
    const place = at();
    const env = { PERDURE_LEASE: await aTask(place) };
    await place.data(['action', 'start', 'ship', 'publish'], { env });
    place.now += 20 * minute;
    const held = await place.task(['continue', 'ship']);
    expect(held.code).toBe(1);
    expect(held.stdout).toContain('Resolve first');
    expect(held.stdout).not.toContain('PERDURE_LEASE');
    const resolve = ['action', 'resolve', 'ship', 'publish', '--how', 'It is on the registry'];
    expect((await place.task(resolve)).code).toBe(2);
    await place.data([...resolve, '--outcome', 'success']);
    expect((await place.data(['continue'])).ok).toBe(true);
  });
});

describe('context', () => {
  test('65: 44 is nothing, 45 and 49 prepare, 50 pauses and hands over once', async () => {
    const place = at();
    const env = { PERDURE_LEASE: await aTask(place, '--next-step', 'Printer') };
    const say = async (percent: number) =>
      (await place.data(['context', 'ship', String(percent)], { env })).action as string;
    expect([await say(44), await say(45), await say(49), await say(50)]).toEqual([
      'none',
      'prepare',
      'prepare',
      'hand_over',
    ]);
    await place.data(['context', 'ship', '51']);
    expect(await place.data(['queue', 'list'])).toMatchObject({
      count: 1,
      items: [{ task_id: 'ship', created_at: '2026-01-02T03:05:00.000Z' }],
    });
    const gone = await place.data(['continue']);
    expect(gone).toMatchObject({
      ok: true,
      promoted_from_state: 'paused',
      handed_over: [expect.stringContaining('Goal')],
    });
    expect(gone.brief.next_step).toBe('Printer');
    expect((await place.data(['queue', 'pop'])).status).toBe('empty');
    expect((await place.task(['context', 'ship', '101'])).code).toBe(2);
  });

  test('67: the queue knows an item again in another spelling, gives the oldest first, and can be cleared', async () => {
    const place = at();
    const add = (title: string) => place.data(['queue', 'add', '--title', title, '--context', 'c']);
    expect([(await add('One')).status, (await add(' one ')).status, (await add('Two')).status]).toEqual([
      'added',
      'updated',
      'added',
    ]);
    expect((await place.data(['queue', 'pop'])).item.title).toBe('One');
    expect(await place.data(['queue', 'clear'])).toMatchObject({ count: 1 });
  });
});

describe('files', () => {
  test('a task goes out and comes back, and rebuild finds it as its log says', async () => {
    const place = at();
    await aTask(place, '--no-lease');
    const out = join(place.folder, 'out');
    expect((await place.task(['export', 'ship', out])).code).toBe(0);
    expect((await place.task(['export', 'ship', out])).code).toBe(8);
    expect((await place.task(['import', out])).code).toBe(1);
    expect(await place.data(['import', out, '--force'])).toMatchObject({ imported: ['ship'], refused: [] });
    expect(await place.data(['rebuild', '--all'])).toMatchObject({ checked: 2, differing: [] });
    expect((await place.task(['rebuild'])).code).toBe(2);
    expect((await place.task(['rebuild', 'nobody'])).code).toBe(7);
    expect((await place.task(['import', join(place.folder, 'nowhere')])).code).toBe(7);
  });

  test('the readable copies of this very place are not taken for files of another', async () => {
    const place = at();
    await aTask(place, '--no-lease');
    const { code, stderr } = await place.task(['import', join(place.paths.root, 'tasks'), '--force']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('readable copies')]);
  });

  test('the working agreement fits a prompt, and the help page of tasks 70 lines', async () => {
    const place = at();
    const { stdout } = await place.task(['prime']);
    expect(stdout.split('\n').length).toBeLessThan(30);
    const help = await place.task(['--help']);
    expect(help.stdout.split('\n').length).toBeLessThan(70);
    expect(help.stdout).toContain(stdout.trim());
  });
});

test('a readable copy that cannot be written is a warning and no failure', async () => {
  const place = at();
  writeFileSync(join(place.paths.root, 'tasks'), 'in the way');
  const { code, stderr } = await place.task(['create', 'ship', '--title', 't', '--goal', 'g']);
  expect(code).toBe(0);
  expect(stderr).toContain('readable copy');
});

test('a task belongs to the project of its state root, wherever it was made', async () => {
  const place = at();
  const folder = mkdtempSync(join(tmpdir(), 'perdure-task-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const argv = ['create', 'ship', '--title', 't', '--goal', 'g', '--home', place.paths.root];
  expect((await place.data(argv, { cwd: folder })).project).toBe(place.folder);
});
