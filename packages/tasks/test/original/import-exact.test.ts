/** What an import must not lose on the way: digits, what a torn file still says, what is named alike, the past. */

import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from '@perdure/contract';
import { classify } from '@perdure/tasks';
import { describe, expect, test } from 'vitest';
import { brief } from '../../src/core/brief.ts';
import { exportOriginal } from '../../src/original/export-original.ts';
import { readOriginal } from '../../src/original/import-original.ts';
import { start } from '../core/fixtures.ts';
import { tempFolder, write } from '../evidence/support.ts';
import { read, readOne, snapshot } from './import-support.ts';

const long = '1298765432109876543';

describe('a whole number that a double cannot hold', () => {
  test('is kept as a text wherever it stands, through import and export, and the report says so', async () => {
    const text = JSON.stringify({
      ...snapshot,
      artifacts: [{ target: 'N' }],
      pending_actions: [{ id: 'a', to: 'N' }],
      other: ['N'],
    });
    const events = JSON.stringify({ ts: '2026-03-01T10:00:00Z', type: 'seen', details: { message: 'N' } });
    const files = { 'alpha.json': text.replaceAll('"N"', long), 'alpha.events.jsonl': events.replace('"N"', long) };
    const { tasks } = await read(files);
    const [{ task, notes, history }] = tasks as [(typeof tasks)[number]];
    expect(notes.join('\n')).toContain('3 whole number(s) are too long');
    const written = exportOriginal(task, []).snapshot;
    expect(written.match(new RegExp(`"${long}"`, 'g'))).toHaveLength(3);
    expect(JSON.stringify(history)).toContain(`"${long}"`);
  });
});

describe('a snapshot that breaks off', () => {
  const whole = JSON.stringify(snapshot, null, 2);

  test('is read as far as it goes, wherever it breaks off', async () => {
    const { tasks } = await read({ 'alpha.json': whole.slice(0, -3) });
    expect(tasks[0]?.task).toMatchObject({
      goal: snapshot.goal,
      next_step: snapshot.next_step,
      desired_state: 'running',
    });
    expect(tasks[0]?.notes.join('\n')).toContain('It breaks off in reconcile.');
    for (let end = 60; end < whole.length; end += 7) {
      const torn = await read({ 'alpha.json': whole.slice(0, end) });
      expect(torn.tasks[0]?.task.title, `${end}`).toBe('Ship it');
    }
  });

  test('with something else behind its end is read up to there', async () => {
    const { tasks } = await read({ 'alpha.json': `${whole}\n"rest": {"of": "a longer one"}\n}` });
    expect(tasks[0]?.task).toMatchObject({ goal: snapshot.goal, reconcile: { status: 'clean' } });
  });

  test('gets from the log what it lacks, and that in which it breaks off', async () => {
    const after = { ...snapshot, next_step: 'an older step', constraints: ['keep the API'] };
    const events = JSON.stringify({ ts: '2026-03-01T10:30:00Z', type: 'task_updated', details: { after } });
    const torn = whole.slice(0, whole.indexOf('the docs'));
    const { tasks } = await read({ 'alpha.json': torn, 'alpha.events.jsonl': events });
    expect(tasks[0]?.task).toMatchObject({
      goal: snapshot.goal,
      next_step: 'an older step',
      milestones: snapshot.milestones,
    });
  });
});

describe('words', () => {
  test('are understood in any case', async () => {
    const milestones = ['DONE', 'Done', 'RUNNING', 'Dropped', ' done '].map((status, at) => ({
      id: `m${at}`,
      title: 't',
      status,
    }));
    const { task } = await readOne({
      milestones,
      desired_state: 'Running',
      action_states: { a: { status: 'Success' } },
    });
    expect(task.milestones.map(({ status }) => status)).toEqual(['done', 'done', 'running', 'dropped', 'done']);
    expect([task.desired_state, task.action_states['a']?.status]).toEqual(['running', 'success']);
  });
});

describe('what is named alike', () => {
  test('is kept apart, so that each can be ended', async () => {
    const parts = [
      { id: 'm', title: 'one', status: 'done' },
      { id: 'm', title: 'two', status: 'pending' },
    ];
    const { task, notes } = await readOne({ milestones: parts, subtasks: parts });
    expect(task.milestones.map(({ id, title }) => [id, title])).toEqual([
      ['m', 'one'],
      ['m-2', 'two'],
    ]);
    expect(task.subtasks.map(({ id }) => id)).toEqual(['m', 'm-2']);
    expect(notes.join('\n')).toContain('milestones.1 has the name m of another');
  });

  test('or not at all: each open act has a name and its own text, and is asked about', async () => {
    const pending_actions = [
      { summary: 'mail the board' },
      { title: 'pay' },
      { id: 'x', what: 'post' },
      { id: 'x', to: 'all' },
    ];
    const { task } = await readOne({ pending_actions, action_states: {} });
    const { unresolved_actions: open } = brief(task, { now: start, recent: [] });
    expect(open.map(({ id, summary }) => `${id}: ${summary}`)).toEqual([
      'imported-1: mail the board',
      'imported-2: pay',
      'x: post',
      'x-2: {"id":"x-2","to":"all"}',
    ]);
  });
});

test('an open act that is said to have failed holds up the work by its name', async () => {
  const { task } = await readOne({ pending_actions: [{ id: 'f1' }], action_states: { f1: { status: 'failed' } } });
  expect(classify(task, { now: start, askFirst: false })).toMatchObject({
    action: 'reconcile_first',
    reasons: ['not resolved: f1'],
  });
});

const imported = (lines: readonly string[]) => ({
  seq: 1,
  at: start,
  actor: 'owner',
  type: 'task_imported' as const,
  data: { task: {} as Task, from: '/old', history: { events: [], progress: lines } },
});

describe('the past', () => {
  test('of an imported task is what was last done, with the times that it had', async () => {
    const { task } = await readOne({});
    const recent = [imported(['[2026-02-01T08:00:00Z] parser done', 'without a time'])];
    expect(brief(task, { now: start, recent }).last_done).toEqual([
      { at: start, text: 'without a time' },
      { at: Date.parse('2026-02-01T08:00:00Z'), text: 'parser done' },
    ]);
  });

  test('of a task that was imported before comes along line by line, as much as fits', async () => {
    const old = Array.from({ length: 5 }, (_, n) => ({
      ts: '2026-01-01T00:00:00Z',
      type: `old-${n}`,
      text: 'x'.repeat(1_000_000),
    }));
    const details = { from: '/older', history: { events: old, progress: ['[then] begun'] } };
    const line = JSON.stringify({ ts: '2026-03-01T10:00:00Z', type: 'task_imported', details });
    const { tasks } = await read({ 'alpha.json': JSON.stringify(snapshot), 'alpha.events.jsonl': line });
    const types = tasks[0]?.history.events.map((event) => (event as { readonly type: string }).type);
    expect(types).toEqual(['old-1', 'old-2', 'old-3', 'old-4', 'task_imported']);
    expect(tasks[0]?.history.progress).toEqual(['[then] begun']);
  });
});

test('a time to come is taken as now, and that is noted', async () => {
  const folder = tempFolder();
  write(folder, { 'alpha.json': JSON.stringify({ ...snapshot, updated_at: '2099-01-01T00:00:00Z' }) });
  const { tasks } = await readOriginal(folder, { latest: start });
  const now = new Date(start).toISOString();
  expect(tasks[0]?.task).toMatchObject({ updated_at: now, worked_at: now });
  expect(tasks[0]?.notes.join('\n')).toContain('updated_at lies in the future');
});

test('a state that is not said is noted, and a giant field leaves room for the others', async () => {
  const { desired_state: _, ...rest } = snapshot;
  const fields = { ...rest, giant: 'x'.repeat(300_000), constraints: { a: 1 } };
  const { tasks } = await read({ 'alpha.json': JSON.stringify(fields) });
  expect(tasks[0]?.task.desired_state).toBe('paused');
  expect(tasks[0]?.notes.join('\n')).toContain('It does not say whether it is to run');
  const artifact = tasks[0]?.task.artifacts.find(({ kind }) => kind === 'imported') as {
    fields: Record<string, unknown>;
  };
  expect(artifact.fields['constraints']).toEqual({ a: 1 });
});

test.skipIf(process.platform !== 'linux')('a file whose name is no UTF-8 is read', async () => {
  const folder = tempFolder();
  const name = Buffer.concat([Buffer.from(`${folder}/t`), Buffer.from([0xe4]), Buffer.from('.json')]);
  writeFileSync(name, JSON.stringify(snapshot));
  writeFileSync(join(folder, 'other.txt'), '');
  expect((await readOriginal(folder)).tasks.map(({ task }) => task.title)).toEqual(['Ship it']);
});
