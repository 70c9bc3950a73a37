import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { expect, test } from 'vitest';
import { exportOriginal } from '../../src/original/export-original.ts';
import { createMirror } from '../../src/mirror/mirror.ts';
import { tempFolder } from '../evidence/support.ts';
import { begin, createLog, newTask, type TaskLog } from './task-log.ts';

fc.configureGlobal({ seed: propertySeed(20_261_130) });

interface Texts {
  readonly snapshot: string | undefined;
  readonly events: string | undefined;
  readonly progress: string | undefined;
}

function texts(folder: string, id = 'alpha'): Texts {
  const read = (name: string) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined;
  return { snapshot: read(`${id}.json`), events: read(`${id}.events.jsonl`), progress: read(`${id}.progress.log`) };
}

async function failing(): Promise<never> {
  throw new Error('disk');
}

function whole(log: TaskLog): Texts {
  return exportOriginal(log.task(), log.events);
}

const files = ['alpha.json', 'alpha.events.jsonl', 'alpha.progress.log'];

test('a copy is written in the formats of the original and grows with the log', async () => {
  const folder = join(tempFolder(), 'tasks');
  const log = createLog();
  const mirror = createMirror({ folder });
  expect(await mirror.write(log.task(), log.events, log.read)).toEqual({});
  const { task, events } = log.commit({
    type: 'status_reported',
    data: { message: 'first slice\nis done\u001B[2J', phase: 'execution', next_step: 'second slice' },
  });
  expect(await mirror.write(task, events, log.read)).toEqual({});

  const { snapshot = '', events: lines = '', progress } = texts(folder);
  expect(progress).toBe(
    '[2026-01-02T03:04:06Z] task created: Ship it\n' +
      String.raw`[2026-01-02T03:04:07Z] first slice\nis done\u001b[2J` +
      '\n',
  );
  const second: unknown = JSON.parse(lines.split('\n')[1] ?? '');
  expect(second).toEqual({
    ts: '2026-01-02T03:04:07Z',
    type: 'status_reported',
    task_id: 'alpha',
    phase: 'execution',
    status: 'healthy',
    details: { message: 'first slice\nis done\u001B[2J', phase: 'execution', next_step: 'second slice' },
    seq: 2,
    actor: 'agent',
    health: 'healthy',
  });
  expect(JSON.parse(snapshot)).toMatchObject({
    task_id: 'alpha',
    updated_at: '2026-01-02T03:04:07Z',
    last_status_update_at: '2026-01-02T03:04:07Z',
    next_step: 'second slice',
    revision: 2,
  });
  expect(snapshot).toContain('\n  "title": "Ship it",\n');
  expect(readdirSync(folder).toSorted()).toEqual(files.toSorted());
  expect(statSync(join(folder, 'alpha.json')).mode & 0o777).toBe(0o600);
});

test('the digest of a lease token is in none of the files', async () => {
  const folder = tempFolder();
  const log = createLog();
  const lease = {
    holder: 'agent',
    attempt: 1,
    fence: 1,
    token_hash: 'f00d'.repeat(16),
    earlier_hashes: ['beef'.repeat(16)],
    own_hashes: 0,
    ttl_ms: 900_000,
    expires_at: newTask().created_at,
  };
  log.commit({ type: 'lease_taken', data: { lease } });
  await createMirror({ folder }).write(log.task(), log.events, log.read);
  expect(texts(folder).events).toContain('lease_taken');
  expect(JSON.stringify(texts(folder))).not.toMatch(/f00d|beef/);
});

test('what is written step by step equals what is written at once, also when commits were missed and reads are paged', async () => {
  const folder = tempFolder();
  const log = createLog(newTask(), { pageSize: 3 });
  const mirror = createMirror({ folder });
  for (let step = 0; step < 30; step += 1) {
    const { task, events } = log.commit({
      type: 'status_reported',
      data: { message: `step ${step}`, health: step % 5 === 0 ? 'poor' : 'healthy' },
    });
    if (step % 7 !== 3) expect(await mirror.write(task, events, log.read)).toEqual({});
  }
  expect(texts(folder)).toEqual(whole(log));
});

test('a write reads one event of a log that it knows, not all of it', async () => {
  const folder = tempFolder();
  const log = createLog();
  const mirror = createMirror({ folder });
  await mirror.write(log.task(), log.events, log.read);
  for (let step = 0; step < 5; step += 1) {
    const asked: number[] = [];
    const { task, events } = log.report(`step ${step}`);
    await mirror.write(task, events, async (after) => (asked.push(after), log.read(after)));
    expect(asked).toEqual([log.events.length - 2]);
  }
});

test('an older snapshot that comes late does not win, and its events are there once', async () => {
  const folder = tempFolder();
  const log = createLog();
  const mirror = createMirror({ folder });
  const first = log.report('first');
  const second = log.report('second');
  await mirror.write(second.task, second.events, log.read);
  await mirror.write(first.task, first.events, log.read);
  expect(texts(folder)).toEqual(whole(log));
});

test('whatever a hand does to the copy, the next write makes it whole', async () => {
  const folder = tempFolder();
  const mirror = createMirror({ folder });
  const damages: readonly ((path: string) => void)[] = [
    (path) => rmSync(path, { force: true }),
    (path) => truncateSync(path, 0),
    (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
    (path) => truncateSync(path, statSync(path).size - 1),
    (path) => appendFileSync(path, '{"seq":'),
    (path) => appendFileSync(path, '{"seq":9999,"ts":"2026-01-02T03:04:06Z","type":"x","phase":"","health":""}\n'),
    (path) => appendFileSync(path, Buffer.from([0xff, 0xfe, 0x0a])),
    (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('Ship', 'Sink')),
    (path) => writeFileSync(path, '\n\n\n'),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...files), fc.constantFrom(...damages)), { maxLength: 3 }),
      async (hands) => {
        rmSync(folder, { recursive: true });
        const log = createLog();
        const first = log.report('first');
        await mirror.write(first.task, log.events, log.read);
        for (const [name, damage] of hands) {
          if (existsSync(join(folder, name))) damage(join(folder, name));
        }
        const { task, events } = log.report('next');
        expect(await mirror.write(task, events, log.read)).toEqual({});
        expect(texts(folder)).toEqual(whole(log));
      },
    ),
    { numRuns: 60 },
  );
});

test('after the database was restored from a backup, the copy follows its history', async () => {
  const folder = tempFolder();
  const mirror = createMirror({ folder });
  const lost = createLog();
  for (const message of ['one', 'two', 'three']) lost.report(message);
  await mirror.write(lost.task(), lost.events, lost.read);
  const restored = createLog();
  const { task, events } = restored.report('other');
  await mirror.write(task, events, restored.read);
  expect(texts(folder)).toEqual(whole(restored));
});

test('a draft and a lock that a dead process left are in nobody’s way', async () => {
  const folder = tempFolder();
  const child = spawn('true');
  await once(child, 'exit');
  writeFileSync(join(folder, 'alpha.lock'), JSON.stringify({ pid: child.pid, since: '' }));
  for (const name of files) writeFileSync(join(folder, `.${name}.0123456789abcdef.draft`), '{"half');
  const log = createLog();
  expect(await createMirror({ folder }).write(log.task(), log.events, log.read)).toEqual({});
  expect(readdirSync(folder).toSorted()).toEqual(files.toSorted());
});

test('a lock whose number is now that of another process is taken over once it is old', async () => {
  const folder = tempFolder();
  const lock = join(folder, 'alpha.lock');
  writeFileSync(lock, JSON.stringify({ pid: process.pid, since: '' }));
  utimesSync(lock, begin / 1000, begin / 1000);
  const log = createLog();
  expect(await createMirror({ folder }).write(log.task(), log.events, log.read)).toEqual({});
});

test('a lock that somebody holds yields a warning, and the next write brings the copy up to date', async () => {
  const folder = tempFolder();
  const lock = join(folder, 'alpha.lock');
  const log = createLog();
  const mirror = createMirror({ folder });
  writeFileSync(lock, JSON.stringify({ pid: process.pid, since: '' }));
  expect(await mirror.write(log.task(), log.events, log.read)).toEqual({
    warning: expect.stringMatching(/^The readable copy of task alpha in .* is behind \(unavailable\)/),
  });
  rmSync(lock);
  const { task, events } = log.report('next');
  expect(await mirror.write(task, events, log.read)).toEqual({});
  expect(texts(folder)).toEqual(whole(log));
});

test('many writers at once leave one whole copy', async () => {
  const folder = tempFolder();
  const log = createLog();
  const commits = Array.from({ length: 40 }, (_, number) => log.report(`step ${number}`));
  const answers = await Promise.all(
    commits.map(({ task, events }) => createMirror({ folder }).write(task, events, log.read)),
  );
  expect(answers.filter(({ warning }) => warning !== undefined)).toEqual([]);
  expect(texts(folder)).toEqual(whole(log));
});

test('a place taken by a folder and a folder that cannot be made are warnings, and no lock stays', async () => {
  const log = createLog();
  const taken = tempFolder();
  mkdirSync(join(taken, 'alpha.json'));
  for (const folder of [taken, '/dev/null/tasks']) {
    expect(await createMirror({ folder }).write(log.task(), log.events, log.read)).toHaveProperty('warning');
    expect(existsSync(join(folder, 'alpha.lock'))).toBe(false);
  }
  expect(readdirSync(taken).filter((name) => name.endsWith('.draft'))).toEqual([]);
  rmdirSync(join(taken, 'alpha.json'));
  const { task, events } = log.report('next');
  expect(await createMirror({ folder: taken }).write(task, events, log.read)).toEqual({});
  expect(texts(taken)).toEqual(whole(log));
});

test('events that cannot be read are a warning too', async () => {
  const log = createLog();
  expect(await createMirror({ folder: tempFolder() }).write(log.task(), log.events, failing)).toHaveProperty('warning');
});

test('an id that is no file name never becomes one', async () => {
  const root = tempFolder();
  const folder = join(root, 'tasks');
  mkdirSync(folder);
  for (const id of ['../escaped', '/tmp/escaped', 'a/b', '', '.', '..', 'a\0b', 'A', 'a\nb', 'x'.repeat(64), 'é']) {
    const log = createLog(newTask({ task_id: id }));
    expect(await createMirror({ folder }).write(log.task(), log.events, log.read)).toHaveProperty('warning');
  }
  expect(readdirSync(root, { recursive: true })).toEqual(['tasks']);
});

test('the folder that a mirror makes is for its owner alone', async () => {
  const folder = join(tempFolder(), 'tasks');
  const log = createLog();
  await createMirror({ folder }).write(log.task(), log.events, log.read);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('links that somebody left in the way of the copy are replaced or met by a warning, and never written through', async () => {
  const base = tempFolder();
  const folder = join(base, 'tasks');
  const outside = join(base, 'bashrc');
  mkdirSync(folder);
  writeFileSync(outside, 'mine');
  for (const name of files) {
    symlinkSync(outside, join(folder, name));
    symlinkSync(outside, join(folder, `${name}.draft`));
  }
  const log = createLog();
  const mirror = createMirror({ folder });
  expect(await mirror.write(log.task(), log.events, log.read)).toEqual({});
  expect(readFileSync(outside, 'utf8')).toBe('mine');
  expect(texts(folder)).toEqual(whole(log));

  symlinkSync(folder, join(base, 'link'));
  const { warning } = await createMirror({ folder: join(base, 'link') }).write(log.task(), log.events, log.read);
  expect(warning).toContain('is behind (conflict)');
});
