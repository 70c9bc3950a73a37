import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readOriginal } from '../../src/original/import-original.ts';
import { kept, read, snapshot } from './import-support.ts';
import { tempFolder, write } from '../evidence/support.ts';

test('reading changes nothing in the folder', async () => {
  const folder = tempFolder();
  write(folder, { 'alpha.json': '{"half', 'alpha.events.jsonl': '{"torn', 'interrupt-queue.json': 'x' });
  const look = () =>
    readdirSync(folder).map((name) => [
      name,
      readFileSync(join(folder, name), 'utf8'),
      statSync(join(folder, name)).mtimeMs,
    ]);
  const before = look();
  await readOriginal(folder);
  expect(look()).toEqual(before);
});

test('a half-written snapshot is put together from the last update in the log and what came after it', async () => {
  const lines = [
    { ts: '2026-03-01T10:00:00Z', type: 'task_updated', details: { before: {}, after: { ...snapshot, title: 'Old' } } },
    { ts: '2026-03-01T11:00:00Z', type: 'task_updated', details: { before: {}, after: snapshot } },
    {
      ts: '2026-03-01T12:00:00Z',
      type: 'status_reported',
      phase: 'verification',
      status: 'poor',
      details: { message: 'm', next_step: 'check' },
    },
    { ts: '2026-03-01T13:00:00Z', type: 'pause_requested', phase: 'verification', status: 'ok', details: {} },
  ];
  const text = JSON.stringify(snapshot, null, 2);
  const { tasks, report } = await read({
    'alpha.json': text.slice(0, text.length / 2),
    'alpha.events.jsonl': lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
  const [{ task } = { task: undefined }] = tasks;
  expect(task).toMatchObject({
    title: 'Ship it',
    desired_state: 'paused',
    phase: 'verification',
    health: 'poor',
    next_step: 'check',
    updated_at: '2026-03-01T13:00:00.000Z',
    last_status_update_at: '2026-03-01T12:00:00.000Z',
    milestones: snapshot.milestones,
  });
  expect(task && kept(task)).toMatchObject({ text: [text.slice(0, text.length / 2)] });
  expect(report.map(({ message }) => message)).toEqual([
    'The snapshot is broken; it is kept as it was in the artifact `imported`.',
    'It was put together from its last update in the log.',
  ]);
});

test('a task of which only a progress log is left comes over paused, under its title', async () => {
  const { tasks } = await read({ 'alpha.progress.log': '[2026-03-01T10:00:00Z] task created: Ship it\n[x] more\n' });
  expect(tasks).toMatchObject([
    { task: { title: 'Ship it', desired_state: 'paused' }, history: { progress: { length: 2 } } },
  ]);
});

function event(type: string): string {
  return JSON.stringify({ ts: '2026-03-01T10:00:00Z', type, details: { a: { b: 1 } } });
}

test('a torn last line is kept as it is, and an event glued to a torn one is read', async () => {
  const { tasks } = await read({
    'alpha.json': JSON.stringify(snapshot),
    'alpha.events.jsonl': `${event('one')}\n{"ts":"2026","type":"to${event('two')}\n\n[1]\n${event('three')}\n{"ts": "20`,
  });
  expect(tasks[0]?.history.events.map((event) => (event as { type: string }).type)).toEqual(['one', 'two', 'three']);
  expect(tasks[0] && kept(tasks[0].task)['lines']).toEqual(['{"ts":"2026","type":"to', '[1]', '{"ts": "20']);
});

function largeEvent(n: number): string {
  return JSON.stringify({ ts: '2026-03-01T10:00:00Z', type: `e${n}`, text: 'x'.repeat(1024 * 1024) });
}

test('of logs too long to take along the newest part comes, and the report says how many lines stay behind', async () => {
  const { tasks, report } = await read({
    'alpha.json': JSON.stringify(snapshot),
    'alpha.events.jsonl': [1, 2, 3, 4, 5].map((n) => `${largeEvent(n)}\n`).join(''),
  });
  expect(tasks[0]?.history.events).toMatchObject([{ type: 'e3' }, { type: 'e4' }, { type: 'e5' }]);
  expect(report).toContainEqual({ file: 'alpha', message: expect.stringContaining('2 old line(s)') as string });
});

test('an event nested ten thousand levels deep is kept as its text', async () => {
  const deep = `{"type":"deep","a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
  const { tasks } = await read({ 'alpha.json': JSON.stringify(snapshot), 'alpha.events.jsonl': `${deep}\n` });
  expect(tasks[0]?.history.events).toEqual([deep]);
});

test('the queue is read as a list or with its items under a name, and a broken one is reported', async () => {
  const item = {
    id: 'irq_1_1',
    task_id: 'alpha',
    title: 'Go on',
    context: 'docs',
    acceptance: 'tests pass',
    source: 's',
    session: 'c',
    created_at: 1_772_359_200,
  };
  const expected = {
    id: 'irq_1_1',
    taskId: 'alpha',
    title: 'Go on',
    context: 'docs\nAcceptance: tests pass',
    source: 's',
    session: 'c',
    createdAt: Date.UTC(2026, 2, 1, 10),
  };
  const list = await read({ 'interrupt-queue.json': JSON.stringify([item, 'noise', { title: 'bare' }]) });
  expect(list.queue).toEqual([expected, expect.objectContaining({ taskId: null, title: 'bare', createdAt: 0 })]);
  expect(list.report).toMatchObject([{ file: 'interrupt-queue.json', message: expect.stringContaining('noise') }]);
  expect(list.tasks).toEqual([]);
  expect((await read({ 'interrupt-queue.json': JSON.stringify({ items: [item] }) })).queue).toEqual([expected]);
  expect((await read({ 'interrupt-queue.json': '[{"id"' })).report).toHaveLength(1);
  expect((await read({ 'interrupt-queue.json': JSON.stringify(snapshot) })).tasks).toHaveLength(1);
});

test('links, pipes, folders and other files are not opened, and named in the report', async () => {
  const folder = tempFolder();
  write(folder, { 'alpha.json': JSON.stringify(snapshot), 'README.md': 'x' });
  symlinkSync('alpha.json', join(folder, 'link.json'));
  mkdirSync(join(folder, 'folder.json'));
  execFileSync('mkfifo', [join(folder, 'pipe.json')]);
  const { tasks, report } = await readOriginal(folder);
  expect(tasks.map(({ source }) => source)).toEqual(['alpha']);
  expect(report.map(({ file }) => file)).toEqual(['README.md', 'folder.json', 'link.json', 'pipe.json']);
});

test('a folder that is not there is refused in a sentence', async () => {
  await expect(readOriginal(join(tempFolder(), 'missing'))).rejects.toMatchObject({ code: 'not_found' });
});
