/** The server's side of lanes that are runs, on a real record; the worker is played by the test. */

import type { Task } from '@perdure/contract';
import { createTaskStore } from '@perdure/tasks/store';
import { describe, expect, it } from 'vitest';
import { laneRunsOf, lookOnce } from '../src/lane-runs.ts';
import { createHarness } from './http/harness.ts';

const context = { now: 1_000, actor: 'ada', revision: 'latest' } as const;

/** Each look is that of a server that was just started: nothing is remembered from one to the next. */
async function withLane(pipeline: string, input: unknown) {
  const { options, worker, database, taskStore } = await createHarness();
  await taskStore.create({ type: 'create', task_id: 'ship', fields: { title: 'Ship', goal: 'Out' } }, context);
  const command = { type: 'assign_lane', line: 'docs', lane: { goal: 'Write', minutes: 30 } } as const;
  await taskStore.apply('ship', { ...command, run: { pipeline, input } }, context);
  let ids = 0;
  const look = async () => {
    const store = createTaskStore(database);
    const runs = laneRunsOf(options);
    return await lookOnce({ store, runs, now: () => 2_000, newId: () => `id-${++ids}`, warn: () => undefined });
  };
  const lane = async (): Promise<Task['lanes'][number] | undefined> => (await taskStore.get('ship'))?.lanes[0];
  const runIds = () =>
    database.sqlite
      .prepare('SELECT id FROM runs')
      .all()
      .map(({ id }) => String(id));
  return { worker, look, lane, runIds, taskStore };
}

describe('a lane that is a run', () => {
  it('is started once by whichever server comes, and its end is taken by another', async () => {
    const { worker, look, lane, runIds } = await withLane('hello', { name: 'Ada' });
    expect(await look()).toBe('');
    expect(await look()).toBe('');
    const [runId = '', ...others] = runIds();
    expect(others).toEqual([]);
    expect(await lane()).toMatchObject({ status: 'assigned', run: { run_id: runId } });
    worker.complete(runId, { text: 'Hello, Ada' });
    await look();
    await look();
    expect(await lane()).toMatchObject({ status: 'done', goal_status: 'complete', controller_decision: 'pending' });
    expect((await lane())?.return_digests).toHaveLength(1);
  });

  it('that fails is blocked, with what went wrong as its return', async () => {
    const { worker, look, lane, runIds, taskStore } = await withLane('hello', { name: 'Ada' });
    await look();
    worker.fail(runIds()[0] ?? '', { name: 'Error', message: 'no such file', code: 'step_failed' });
    await look();
    const { last_return_seq: seq = 0, status } = (await lane()) ?? {};
    const [event] = await taskStore.events('ship', { after: (seq ?? 0) - 1, limit: 1 });
    expect([status, JSON.stringify(event)]).toEqual(['blocked', expect.stringContaining('no such file')]);
  });

  it.each([
    ['unknown', {}, 'There is no pipeline unknown'],
    ['hello', { name: 1 }, 'does not accept this input'],
  ])('of %s with %j is blocked, for it can never be started', async (pipeline, input, why) => {
    const { look, lane, taskStore } = await withLane(pipeline, input);
    await look();
    expect(await lane()).toMatchObject({ status: 'blocked' });
    expect(JSON.stringify(await taskStore.recent('ship', 1))).toContain(why);
  });

  it('keeps waiting where its pipeline is being mended, and says so', async () => {
    const { look, lane } = await withLane('broken', {});
    expect(await look()).toContain('Pipeline broken is left out');
    expect(await lane()).toMatchObject({ status: 'assigned', run: { run_id: null } });
  });
});
