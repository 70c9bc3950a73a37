/**
 * Sender and receiver as processes that are killed at moments nobody chose. Judged is what the receiver has noted on
 * disk. `PERDURE_KILLS=200` makes it longer.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery } from '@perdure/contract';
import { openDatabase } from '@perdure/db';
import { freePorts, propertySeed, seededRandom, until } from '@perdure/testing';
import { expect, onTestFinished, test } from 'vitest';
import { createTaskStore } from '../../src/store/task-store.ts';
import { by } from '../core/fixtures.ts';
import { spawnFixture, type Process } from '../store/support.ts';

const kills = Number(process.env['PERDURE_KILLS'] ?? 20);
const seed = propertySeed(20_260_102);
/** Longer than any pause between attempts: whatever a life left is due for the next. */
const lifeMs = 2 * 60 * 60_000 - 60_000;
const longestLifeMs = 120;
const withinMs = 120_000;
/** States of a report that may still be sent. */
const waiting: readonly string[] = ['pending', 'sending', 'failed'];
const reportsPerTask = Math.ceil(kills / 2) + 10;
const tasks = { keyed: ['k1', 'k2', 'k3'], plain: ['p1', 'p2', 'p3'] } as const;

test(`through ${kills} kills nothing acknowledged is lost, and nothing comes twice but where the receiver takes our key (seed ${seed})`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-kills-'));
  const [database, port, notes] = [join(folder, 'perdure.db'), (await freePorts(1))[0] ?? 0, join(folder, 'notes')];
  const living = new Set<Process>();
  onTestFinished(async () => {
    for (const process of living) process.signal('SIGKILL');
    await Promise.all([...living].map(({ exited }) => exited));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  writeFileSync(notes, '');
  const start = async (fixture: string, args: readonly string[]) => {
    const process = spawnFixture(fixture, args);
    living.add(process);
    await process.fact(0);
    return process;
  };
  const kill = async (process: Process) => {
    process.signal('SIGKILL');
    await process.exited;
    living.delete(process);
  };
  await fill(database, port);

  const random = seededRandom(seed);
  let [life, acknowledged] = [0, new Set<string>()];
  const receive = () => start('report-receiver.ts', [String(port), notes]);
  const send = () => start('mortal-sender.ts', [database, String((life += 1) * lifeMs)]);
  const hear = ({ told }: Process) => {
    for (const { taskId, number, state } of told) {
      if (state === 'sent') acknowledged.add(`${String(taskId)}/${String(number)}`);
    }
  };
  let [receiver, sender] = [await receive(), await send()];
  for (let n = 0; n < kills; n += 1) {
    await delay(random() * longestLifeMs);
    if (random() < 0.5) {
      await kill(receiver);
      await delay(random() * 20);
      receiver = await receive();
    } else {
      await kill(sender);
      hear(sender);
      sender = await send();
    }
  }
  // In peace what can still arrive does: each life does all that is due in it.
  while ((await reportsIn(database)).some(({ state }) => waiting.includes(state))) {
    const end = Date.now() + life * lifeMs;
    const isDue = ({ state, nextAt }: Judged) => waiting.includes(state) && nextAt <= end;
    await until(async () => !(await reportsIn(database)).some(isDue), { what: 'all that is due is done', withinMs });
    await kill(sender);
    hear(sender);
    sender = await send();
  }
  await kill(sender);

  const counts = new Map<string, number>();
  for (const key of readFileSync(notes, 'utf8').split('\n').filter(Boolean))
    counts.set(key, (counts.get(key) ?? 0) + 1);
  const reports = await reportsIn(database);
  const arrivals = (id: string) => counts.get(id) ?? 0;
  const sent = reports.filter(({ state }) => state === 'sent');
  // What we say has arrived has, and what a sender was told of is kept.
  expect(sent.filter(({ id }) => arrivals(id) === 0)).toEqual([]);
  const kept = new Set(sent.map(({ task, number }) => `${task}/${number}`));
  expect([...acknowledged].filter((name) => !kept.has(name))).toEqual([]);
  // Of those without a key none came twice, and what we say has not arrived has not.
  const plain = reports.filter(({ task }) => task.startsWith('p'));
  expect(plain.filter(({ id }) => arrivals(id) > 1)).toEqual([]);
  expect(plain.filter(({ id, state }) => state !== 'sent' && state !== 'unknown' && arrivals(id) > 0)).toEqual([]);
  // With the key nothing stays in doubt, and each has arrived under its own key.
  const keyed = reports.filter(({ task }) => task.startsWith('k'));
  expect(keyed.filter(({ state }) => state === 'unknown')).toEqual([]);
  expect(keyed.filter(({ state }) => state !== 'sent').every(({ state }) => state === 'dead')).toBe(true);
  expect(counts.size).toBeLessThanOrEqual(reports.length);
  expect(sent.length).toBeGreaterThan(reports.length / 2);
}, 600_000);

async function fill(path: string, port: number): Promise<void> {
  const database = await openDatabase({ path });
  const store = createTaskStore(database);
  for (const [kind, ids] of Object.entries(tasks)) {
    const takes = kind === 'keyed' ? { takes_key: true as const } : {};
    const url = `http://127.0.0.1:${port}/`;
    const delivery: Delivery = { method: 'webhook', url, secret_variable: 'S', ...takes };
    for (const id of ids) {
      await store.create({ type: 'create', task_id: id, fields: { title: id, goal: 'x', report_level: 4 } }, by());
      await store.apply(id, { type: 'bind', delivery }, by());
      for (let n = 0; n < reportsPerTask; n += 1) {
        await store.apply(id, { type: 'progress', message: `part ${n}` }, by());
      }
    }
  }
  database.close();
}

interface Judged {
  readonly id: string;
  readonly task: string;
  readonly number: number;
  readonly state: string;
  readonly nextAt: number;
}

async function reportsIn(path: string): Promise<readonly Judged[]> {
  const database = await openDatabase({ path });
  const rows = database.sqlite
    .prepare('SELECT id, task_id AS task, number, state, next_at AS nextAt FROM task_reports')
    .all();
  database.close();
  return rows as unknown as readonly Judged[];
}
