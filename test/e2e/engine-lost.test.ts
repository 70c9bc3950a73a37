/**
 * The engine is the driver, the record is the journal: everything is killed, the engine's data is deleted, and the next
 * `up` goes on with what was unfinished. Then the engine alone is lost, under everything that runs. The judges are the
 * database, a file in which the steps leave marks, and the demo model's log of requests.
 *
 * Surprise: the time limits are part of what is tested. They are shorter than the minute after which a sweep (R5) would
 * find the runs anyway: it is the worker that brings them, as soon as it has registered with an engine.
 */

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, isSameProcess } from '@perdure/home';
import { until } from '@perdure/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { System } from './system.ts';

const project = join(import.meta.dirname, 'fixtures', 'engine-lost');
/** In the middle of it when everything is killed, whenever that is. */
const modelScript = [{ match: { idempotencyKeyIncludes: 'reviewer/turn-1/' }, delayMs: 600_000 }];
/** Begun last, and long enough to be in the middle of it as well. */
const napMs = 12_000;
/** Longer than an engine takes to come back. */
const longNapMs = 8_000;

/**
 * Counted from when everything is up, or the engine is killed: the restart of a part, the longest nap, and to spare.
 */
const goesOnWithinMs = 45_000;

/** What a run was doing when everything was killed. */
const situations = ['finished', 'inStep', 'asksPerson', 'sleeping', 'inModelTurn'] as const;
type Situation = (typeof situations)[number];
const unfinished = situations.filter((situation) => situation !== 'finished');

interface EventRow {
  readonly seq: number;
  readonly type: string;
  readonly at: number;
  readonly actor: string;
  readonly data: string;
}

/** What the record says of a run. */
interface Recorded {
  readonly status: string;
  readonly events: readonly EventRow[];
  /** Ids of the steps that were done. */
  readonly done: readonly string[];
}

let system: System;
let runs: Readonly<Record<Situation, string>>;
let before: Readonly<Record<Situation, Recorded>>;
let after: Readonly<Record<Situation, Recorded>>;

beforeAll(async () => {
  system = await System.start({ project, modelScript });
  runs = await startRuns();
  before = record();
  await loseEngine();
  writeFileSync(gate(), '');
  system.setModelScript([]);
  await system.up();
  await answerPerson(runs.asksPerson);
  for (const situation of unfinished)
    await system.untilStatus(runs[situation], 'completed', { withinMs: goesOnWithinMs });
  after = record();
}, 300_000);
afterAll(async () => await system[Symbol.asyncDispose]());

/** Runs in all situations at once; those that do not last are started last. */
async function startRuns(): Promise<typeof runs> {
  const finished = await start({ rest: 'none' });
  const inStep = await start({ rest: 'gate', gate: gate() });
  const asksPerson = await start({ rest: 'person' });
  await system.untilStatus(finished, 'completed', { withinMs: 60_000 });
  await system.untilStatus(asksPerson, 'waiting', { withinMs: 60_000 });
  await until(() => marks().includes(`${inStep}/held`), { withinMs: 60_000, what: 'a run is in its step' });
  const inModelTurn = await system.startRun('plan-and-review', { prompt: 'Build a URL shortener service' });
  await until(() => timesAsked(inModelTurn, 'reviewer') === 1, { withinMs: 60_000, what: 'the reviewer is asked' });
  const sleeping = await start({ rest: 'timer', napMs });
  await system.untilStatus(sleeping, 'waiting', { withinMs: 60_000 });
  return { finished, inStep, asksPerson, sleeping, inModelTurn };
}

function start(told: object): Promise<string> {
  return system.startRun('marked-steps', { ...told, marks: marksFile() });
}

async function loseEngine(): Promise<void> {
  const engine = identityOf(system.pid('engine') ?? 0);
  system.kill('all');
  const isGone = () => engine !== undefined && !isSameProcess(engine);
  await until(isGone, { what: 'the engine is gone' });
  rmSync(system.paths.engine, { recursive: true });
}

/** What is in the engine's folder, while the engine writes to it. */
function deleteEngineData(): void {
  const { engine } = system.paths;
  for (const name of readdirSync(engine)) rmSync(join(engine, name), { recursive: true, force: true, maxRetries: 10 });
}

async function answerPerson(runId: string): Promise<void> {
  const { data: waits } = await system.client.listWaits({ query: { run: runId } });
  await system.client.answerWait({ params: { id: waits[0]?.id ?? '' }, body: { answer: 'yes' } });
}

function record(): Readonly<Record<Situation, Recorded>> {
  const recorded = situations.map((situation): readonly [Situation, Recorded] => [
    situation,
    recordOf(runs[situation]),
  ]);
  return Object.fromEntries(recorded) as Record<Situation, Recorded>;
}

function recordOf(runId: string): Recorded {
  const done = system.read<{ key: string }>("SELECT key FROM steps WHERE run_id = ? AND status = 'done'", runId);
  return {
    status: system.statusOf(runId) ?? 'unknown',
    events: system.read<EventRow>('SELECT seq, type, at, actor, data FROM events WHERE run_id = ? ORDER BY seq', runId),
    done: done.map(({ key }) => `${runId}/${key}`),
  };
}

const marksFile = () => join(system.folder, 'marks');
const gate = () => join(system.folder, 'gate');

/** Ids of steps, each as often as it acted. */
function marks(): readonly string[] {
  return existsSync(marksFile()) ? readFileSync(marksFile(), 'utf8').trimEnd().split('\n') : [];
}

function timesMarked(stepId: string): number {
  return marks().filter((mark) => mark === stepId).length;
}

function timesAsked(runId: string, agent: string): number {
  const asked = system.modelRequests().filter(({ key }) => key.startsWith(`${runId}/`));
  return asked.filter(({ key }) => key.includes(`${agent}/turn-1/`)).length;
}

describe('an engine that was killed and lost its data', () => {
  it('met a run in each situation', () => {
    const statuses = situations.map((situation) => before[situation].status);
    expect(statuses).toEqual(['completed', 'running', 'waiting', 'waiting', 'running']);
  });

  it.each(unfinished)('does not keep a run that was unfinished from going on and completing: %s', (situation) => {
    expect(after[situation].status).toBe('completed');
  });

  it('has the finished run left as it was', () => {
    expect(after.finished).toEqual(before.finished);
  });

  it.each(situations)('has every event that was recorded before kept, in front of the new ones: %s', (situation) => {
    const { events } = before[situation];
    expect(events.length).toBeGreaterThan(0);
    expect(after[situation].events.slice(0, events.length)).toEqual(events);
  });

  it('makes no step act again that was recorded, and only the one in flight twice', () => {
    const recorded = situations.flatMap((situation) => before[situation].done).filter((id) => timesMarked(id) > 0);
    expect(recorded).toHaveLength(9);
    const twice = [...new Set(marks())].filter((id) => timesMarked(id) > 1);
    expect(twice).toEqual([`${runs.inStep}/held`]);
  });

  it('makes nobody ask for a model turn again that was recorded', () => {
    expect(timesAsked(runs.inModelTurn, 'planner')).toBe(1);
    expect(timesAsked(runs.inModelTurn, 'reviewer')).toBe(2);
  });
});

describe('an engine that lost its data and was killed, under everything that runs', () => {
  it('drives the run that is answered, the one that sleeps and a new one to their ends, and no other part is restarted', async () => {
    const asked = await start({ rest: 'person' });
    await system.untilStatus(asked, 'waiting', { withinMs: goesOnWithinMs });
    const sleeping = await start({ rest: 'timer', napMs: longNapMs });
    await system.untilStatus(sleeping, 'waiting', { withinMs: goesOnWithinMs });
    const pids = () => [system.pid('server'), system.pid('worker')];
    const before = pids();

    deleteEngineData();
    system.kill('engine');
    await answerPerson(asked);
    const fresh = await start({ rest: 'none' });

    const all = [asked, fresh, sleeping];
    for (const runId of all) await system.untilStatus(runId, 'completed', { withinMs: goesOnWithinMs });
    const acted = marks().filter((mark) => all.some((runId) => mark.startsWith(runId)));
    expect(acted.toSorted()).toEqual(all.flatMap((id) => [`${id}/one`, `${id}/three`, `${id}/two`]).toSorted());
    expect(pids()).toEqual(before);
  }, 240_000);
});
