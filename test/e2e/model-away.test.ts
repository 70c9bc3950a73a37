/**
 * A model that is away in the middle of runs, in the whole product: they wait for it, parked, say so wherever a person
 * looks, survive a worker that dies meanwhile, and go on together when it is back. The judges are the database, the
 * API, and the demo model's log of requests.
 */

import { until } from '@perdure/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { System } from './system.ts';

const limit = { timeout: 240_000 };
const away = [{ match: { idempotencyKeyIncludes: 'reviewer/' }, status: 503 }];
const model = 'default/demo-model';
/** Five quick attempts, and to spare. */
const parkedWithinMs = 60_000;
/** The pause that has begun by then, and to spare. */
const backWithinMs = 60_000;

let system: System;

beforeAll(async () => {
  system = await System.start({ modelScript: away });
}, 180_000);
afterAll(async () => await system[Symbol.asyncDispose]());

async function startWaiting(n: number): Promise<readonly string[]> {
  const input = { prompt: 'Build a URL shortener service' };
  const ids = await Promise.all(Array.from({ length: n }, () => system.startRun('plan-and-review', input)));
  for (const id of ids) await system.untilStatus(id, 'waiting', { withinMs: parkedWithinMs });
  return ids;
}

const asked = (runId: string, agent: string): number =>
  system.modelRequests().filter(({ key }) => key.startsWith(`${runId}/`) && key.includes(`${agent}/turn-1/`)).length;

test('runs whose model goes away wait for it, say so, and complete together when it is back', limit, async () => {
  system.setModelScript(away);
  const ids = await startWaiting(3);
  const [first = ''] = ids;
  const { data: run } = await system.client.getRun({ params: { id: first } });
  const waitingFor = { kind: 'model', model, reason: expect.stringContaining('answered 503') };
  expect(run).toMatchObject({ waitingFor });
  const { data: models } = await system.client.listModels({});
  expect(models.away).toMatchObject([{ model, waiting: 3 }]);
  const health = await system.client.health({});
  expect(health.parts.model).toMatchObject({ status: 'degraded', detail: expect.stringContaining('3 runs wait') });
  system.setModelScript([]);
  for (const id of ids) await system.untilStatus(id, 'completed', { withinMs: backWithinMs });
  for (const id of ids) expect(asked(id, 'planner')).toBe(1);
  expect((await system.client.listModels({})).data.away).toEqual([]);
});

test('a worker that dies meanwhile, and a resume of one run, change nothing but the time', limit, async () => {
  system.setModelScript(away);
  const ids = await startWaiting(2);
  const [first = ''] = ids;
  const pid = system.pid('worker');
  expect(system.kill('worker')).toBe(true);
  await until(() => ![undefined, pid].includes(system.pid('worker')), { withinMs: 60_000, what: 'a worker is back' });
  // One whose pause is over just now asks again, in vain.
  const areWaiting = () => ids.every((id) => system.statusOf(id) === 'waiting');
  await until(areWaiting, { withinMs: 60_000, what: 'both wait' });
  system.setModelScript([]);
  // Refused where its own time has come just now: then it is asked all the same.
  await system.client.resumeRun({ params: { id: first } }).catch(() => undefined);
  for (const id of ids) await system.untilStatus(id, 'completed', { withinMs: 30_000 });
  const events = system.read<{ type: string }>('SELECT type FROM events WHERE run_id = ?', first);
  expect(events.filter(({ type }) => type === 'run.waiting')).toHaveLength(1);
  for (const id of ids) expect(asked(id, 'planner')).toBe(1);
});
