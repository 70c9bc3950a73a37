/**
 * Whatever up to four processes do to a task and its readable copy, and wherever one of them dies: the record is whole,
 * no gate was passed, and the next write makes the copy whole. A failure prints the smallest script found and the seed;
 * `PERDURE_SEED=<seed>` repeats it.
 */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTaskClosed, type Task } from '@perdure/contract';
import { openDatabase, type Database } from '@perdure/db';
import { propertySeed } from '@perdure/testing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TaskCommand } from '../../src/core/commands.ts';
import type { TaskEvent } from '../../src/core/events.ts';
import { evolve } from '../../src/core/evolve.ts';
import { gate } from '../../src/core/gate.ts';
import type { TaskStore } from '../../src/core/ports.ts';
import { exportOriginal } from '../../src/original/export-original.ts';
import { createMirror } from '../../src/mirror/mirror.ts';
import { createTaskStore } from '../../src/store/task-store.ts';
import { minute, start } from '../core/fixtures.ts';
import { anySent, commandOf, contextOf, type Sent } from '../core/random-commands.ts';
import { context, creation } from './commands.ts';
import { anewPoints, crashPoints, type CrashPoint } from './crash-points.ts';
import type { Order } from './fixtures/mortal-desk.ts';
import { written } from './support.ts';
import { Writers } from './writers.ts';

const seed = propertySeed(20_260_718);
/** Each point gets a script, and a second one while there is time. */
const budgetMs = 10_000;
const limit = { timeout: 240_000 };

/**
 * Batches of commands that are sent at once, each by another process; one process dies at its point from some batch on.
 */
const scripts = fc.record({
  batches: fc.array(fc.array(anySent, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 5 }),
  mortal: fc.nat(3),
  deadlyBatch: fc.nat(4),
});
type Script = typeof scripts extends fc.Arbitrary<infer S> ? S : never;

let root: string;
let copies: string;
let database: Database;
let store: TaskStore;
let writers: Writers;
let tasks = 0;
let begun: number;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'perdure-crash-'));
  begun = performance.now();
  copies = join(root, 'tasks');
  database = await openDatabase({ path: join(root, 'perdure.db') });
  store = createTaskStore(database);
  writers = new Writers(database.path, copies);
});
afterAll(() => {
  writers[Symbol.dispose]();
  database.close();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

describe(`where up to four write and one dies as soon as (seed ${seed})`, () => {
  it.each(crashPoints)('%s, the record is whole, and so is its copy after the next write', limit, async (point) => {
    const holds = fc.asyncProperty(scripts, async (script) => {
      tasks += 1;
      const id = `task-${tasks}`;
      const acknowledged = await play(script, { id, point });
      const log = await store.events(id, { after: 0, limit: 10_000 });
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
      expect(acknowledged).toHaveLength(new Set(acknowledged).size);
      expect(log.map(({ seq, type }) => `${seq} ${type}`)).toEqual(expect.arrayContaining([...acknowledged]));
      expect(await store.rebuild(id, { repair: false })).toEqual({ differences: [] });
      expectEveryGatePassed(log);
      expectNoTornSnapshot(id);
      await writeOnceMore(id);
      await expectWholeCopy(id);
    });
    const numRuns = performance.now() - begun < budgetMs ? 2 : 1;
    await fc.assert(holds, { numRuns, seed: seed + crashPoints.indexOf(point) });
  });
});

interface Play {
  readonly id: string;
  readonly point: CrashPoint;
}

/** Plays the script until the one process is dead; answers all that was acknowledged. */
async function play(script: Script, { id, point }: Play): Promise<readonly string[]> {
  const { batches, mortal, deadlyBatch } = script;
  const acknowledged: string[] = [];
  let isDead = false;
  const give = async (n: number, order: Order) => {
    const answer = await writers.give(n, order);
    acknowledged.push(...answer.acknowledged);
    isDead ||= !answer.isAlive;
  };
  const first = { taskId: id, context: context({ now: start }) };
  await give(0, { ...first, command: creation(id, { done_criteria: ['tests pass'] }) });
  // In a hurry: it is for the gate to refuse.
  await give(1, { ...first, command: { type: 'complete' } });
  let now = start;
  for (const [index, batch] of batches.entries()) {
    const task = await read(id);
    now += (batch[0]?.minutesLater ?? 0) * minute;
    const isDeadly = index >= deadlyBatch && !isDead;
    if (isDeadly && point in anewPoints) rmSync(join(copies, `${id}.events.jsonl`), { force: true });
    const orderOf = (sent: Sent) => ({
      taskId: id,
      command: commandOf(sent, task),
      context: contextOf(now, sent, task),
    });
    const dying = (n: number) => (isDeadly && n === mortal ? { dieAt: point } : {});
    await Promise.all(batch.map((sent, n) => give(n, { ...orderOf(sent), ...dying(n) })));
  }
  if (!isDead) {
    // It never came there: its commands were refused, or none was its own. This one is not.
    if (point in anewPoints) rmSync(join(copies, `${id}.events.jsonl`), { force: true });
    const command = neverRefused(await read(id), 'of the dying');
    await give(mortal, { taskId: id, command, context: context({ now }), dieAt: point });
  }
  expect(isDead).toBe(true);
  return acknowledged;
}

async function read(id: string): Promise<Task> {
  const task = await store.get(id);
  if (task === undefined) throw new Error(`there is no task ${id}`);
  return task;
}

function neverRefused(task: Task, message: string): TaskCommand {
  if (isTaskClosed(task.desired_state)) return { type: 'reopen', reason: message };
  return { type: 'control', controlId: message, intent: 'note', message, when: 'now' };
}

/** Folds the log and looks at each completion that nobody forced. */
function expectEveryGatePassed(log: readonly TaskEvent[]): void {
  let task: Task | undefined;
  for (const event of log) {
    if (task !== undefined && event.type === 'task_completed' && event.data.override === undefined) {
      expect(gate(task)).toEqual([]);
      const valid = task.evidence.filter(
        ({ kind, passed, void_since: since }) => since === undefined && (passed || kind === 'attest'),
      );
      for (const index of task.done_criteria.keys())
        expect(valid.map(({ criterion }) => criterion)).toContain(index + 1);
    }
    task = evolve(task, event);
  }
}

/** Behind the record it may be, but whoever reads it in between reads all of some revision. */
function expectNoTornSnapshot(id: string): void {
  const path = join(copies, `${id}.json`);
  if (existsSync(path)) expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ task_id: id });
}

async function writeOnceMore(id: string): Promise<void> {
  const { task, events } = await written(store.apply(id, neverRefused(await read(id), 'of the next'), context()));
  const readEvents = (after: number) => store.events(id, { after, limit: 1000 });
  expect(await createMirror({ folder: copies }).write(task, events, readEvents)).toEqual({});
}

async function expectWholeCopy(id: string): Promise<void> {
  const whole = exportOriginal(await read(id), await store.events(id, { after: 0, limit: 10_000 }));
  const files = {
    [`${id}.json`]: whole.snapshot,
    [`${id}.events.jsonl`]: whole.events,
    [`${id}.progress.log`]: whole.progress,
  };
  const found = readdirSync(copies).filter((name) => name.startsWith(`${id}.`));
  expect(Object.fromEntries(found.map((name) => [name, readFileSync(join(copies, name), 'utf8')]))).toEqual(files);
}
