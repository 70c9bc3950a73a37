/** Tasks in trouble and tasks from elsewhere: what is broken hides nothing, what comes in takes nobody's place. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { aTask, createTaskPlace, type TaskPlace } from './task-cli.ts';

function breakSnapshot(place: TaskPlace): void {
  const sqlite = new DatabaseSync(place.paths.database);
  sqlite.exec(`UPDATE tasks SET snapshot = '{' WHERE id = 'ship'`);
  sqlite.close();
}

describe('a task whose snapshot is broken', () => {
  test('names the repair, which mends it, also among all', async () => {
    const place = createTaskPlace();
    await aTask(place, '--no-lease');
    breakSnapshot(place);
    const { code, stderr } = await place.task(['show', 'ship']);
    expect([code, stderr]).toEqual([10, expect.stringContaining('perdure task rebuild ship --repair')]);
    expect(await place.data(['rebuild', '--all'])).toMatchObject({ checked: 1, differing: [{ task_id: 'ship' }] });
    expect((await place.task(['rebuild', '--all', '--repair'])).code).toBe(0);
    expect((await place.data(['show', 'ship'])).title).toBe('Ship it');
  });

  test('hides no other from list and continue, which warn of it', async () => {
    const place = createTaskPlace();
    await aTask(place, '--no-lease');
    await place.data(['create', 'other', '--title', 'Other', '--goal', 'g', '--no-lease']);
    breakSnapshot(place);
    const listed = await place.task(['list']);
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('other') as string });
    const home = ['--home', place.paths.root];
    const continued = await place.task(['continue', ...home]);
    expect(continued.stdout).toContain('Task other');
    for (const { stderr } of [listed, continued]) expect(stderr).toContain('perdure task rebuild ship --repair');
    expect(continued.stderr).toContain(`--repair --home ${place.paths.root}`);
  });
});

describe('import', () => {
  test('takes in two queues that use the same ids', async () => {
    const place = createTaskPlace();
    for (const name of ['a', 'b']) {
      mkdirSync(join(place.folder, name));
      const items = JSON.stringify([{ id: 'one', title: name, context: name }]);
      writeFileSync(join(place.folder, name, 'interrupt-queue.json'), items);
      expect((await place.task(['import', name])).code).toBe(0);
    }
    expect(await place.data(['queue', 'list'])).toMatchObject({ count: 2 });
  });

  test('of a task that is there names a command for this state root', async () => {
    const place = createTaskPlace();
    const home = ['--home', place.paths.root];
    await aTask(place, '--no-lease', ...home);
    await place.data(['export', 'ship', 'out', ...home]);
    const { stdout } = await place.task(['import', 'out', ...home]);
    expect(stdout).toContain(`perdure task continue ship --home ${place.paths.root}`);
  });
});

test('the command that closes a criterion of human acceptance works in the shell of the agent', async () => {
  const place = createTaskPlace();
  const env = { PERDURE_LEASE: await aTask(place, '--acceptance', 'human') };
  const verify = ['verify', 'ship', '--criterion', '1'];
  await place.data([...verify, '--paths', '.', '--', 'true'], { env });
  const { stderr } = await place.task(['complete', 'ship'], { env });
  expect(stderr).toContain('verify ship --criterion 1 --attest "…" --holder owner --lease ""');
  await place.data([...verify, '--attest', 'looked', '--holder', 'owner', '--lease', ''], { env });
  expect((await place.task(['complete', 'ship'], { env })).code).toBe(0);
});

test('an older token on a closed task is not told to continue', async () => {
  const place = createTaskPlace();
  const { lease_token: token } = await place.data(['create', 'ship', '--title', 't', '--goal', 'g']);
  const env = { PERDURE_LEASE: String(token) };
  await place.data(['complete', 'ship'], { env });
  const { code, stderr } = await place.task(['event', 'ship', 'deployed'], { env });
  expect(code).toBe(8);
  expect(stderr).not.toContain('task continue');
  expect((await place.task(['event', 'ship', 'deployed'])).code).toBe(0);
});

test('a check that takes longer than the lease is recorded, and nobody takes the task over meanwhile', async () => {
  const place = createTaskPlace();
  const token = String(
    (
      await place.data(['create', 'ship', '--title', 't', '--goal', 'g', '--criterion', 'c'], {
        env: { PERDURE_LEASE_SECONDS: '1' },
      })
    ).lease_token,
  );
  writeFileSync(join(place.folder, 'work'), 'begun');
  const check = ['--paths', 'work', '--', 'sh', '-c', 'until [ -e go ]; do sleep 0.02; done'];
  const done = place.task(['verify', 'ship', '--criterion', '1', '--lease', token, '--revision', '2', ...check]);
  const expiry = async () => String((await place.data(['show', 'ship'])).lease.expires_at);
  for (let n = 0; n < 2; n += 1) {
    const before = await expiry();
    place.now += 700;
    const deadline = performance.now() + 20_000;
    while ((await expiry()) <= before && performance.now() < deadline) await delay(20);
    expect((await expiry()) > before).toBe(true);
  }
  expect((await place.task(['continue', 'ship', '--holder', 'other'])).code).toBe(8);
  writeFileSync(join(place.folder, 'go'), '');
  expect(await done).toMatchObject({ code: 0, stderr: '' });
});

const make = async (place: TaskPlace, id: string) =>
  await place.data(['create', id, '--title', `Task ${id}`, '--goal', 'g', '--no-lease']);

describe('archives', () => {
  const day = 24 * 60 * 60_000;

  test('take out what was closed long ago, and only that, and list it apart', async () => {
    const place = createTaskPlace();
    for (const id of ['old', 'new', 'open']) await make(place, id);
    await place.data(['complete', 'old']);
    place.now += 40 * day;
    await place.data(['complete', 'new']);
    const flags = ['--older-than', '30d'];
    expect(await place.data(['archive', ...flags, '--dry-run'])).toMatchObject({ dry_run: true, tasks: ['old'] });
    expect(await place.data(['archive', ...flags])).toMatchObject({ tasks: [{ task_id: 'old', events: 2 }] });
    expect((await place.task(['list'])).stdout).not.toContain('old');
    expect((await place.task(['show', 'old'])).code).toBe(7);
    const archived = await place.task(['list', '--archived']);
    expect(archived.stdout).toMatch(/^old +completed +40 d ago +old\.\d{8}T\d{9}Z\.jsonl +Task old$/m);
    expect(await place.data(['restore', 'old'])).toMatchObject({ task_id: 'old', desired_state: 'completed' });
    expect((await place.task(['list'])).stdout).toContain('old');
    expect((await place.task(['list', '--archived'])).stdout).toBe('No archived tasks.\n');
  });

  test('keep what is open, say why, and take the others all the same', async () => {
    const place = createTaskPlace();
    for (const id of ['open', 'done']) await make(place, id);
    await place.data(['fail', 'done', 'No use']);
    const { code, stdout } = await place.task(['archive', 'open', 'done']);
    expect(code).toBe(8);
    expect(stdout).toMatch(/1 archived\.\nTask open is running/);
    for (const argv of [['archive'], ['archive', 'x', '--older-than', '1d'], ['archive', '--older-than', 'soon']]) {
      expect((await place.task(argv)).code).toBe(2);
    }
  });

  test('are paged, those in the record before those in files', async () => {
    const place = createTaskPlace();
    for (const id of ['a', 'b', 'c']) {
      place.now += 1000;
      await make(place, id);
      await place.data(['complete', id]);
    }
    await place.data(['create', 'a', '--title', 'Other', '--goal', 'g', '--no-lease', '--force']);
    await place.data(['archive', 'b', 'c']);
    const ids = async (...flags: readonly string[]) => {
      const { stdout } = await place.task(['list', '--archived', '--json', ...flags]);
      return [...stdout.matchAll(/"task_id":"([^"]+)"/g)].map(([, id]) => id);
    };
    expect(await ids()).toEqual(['a.1', 'c', 'b']);
    expect(await ids('--limit', '2')).toEqual(['a.1', 'c']);
    expect(await ids('--limit', '1', '--all')).toEqual(['a.1', 'c', 'b']);
  });
});
