import { createGroupCommit } from '@perdure/db';
import { describe, expect, it } from 'vitest';
import { cleanRemoved, pruneRuns, removeRun } from '../src/desk/remove.ts';
import { createRunRemoval } from '../src/store/run-removal.ts';
import { Harness } from './harness.ts';
import { pipeline } from './support.ts';

const large = 'x'.repeat(100_000);

const parent = pipeline(async (ctx) => {
  await ctx.step('large', () => large);
  return await ctx.run('child', {}, { key: 'part' });
}, 'parent');
const child = pipeline(async (ctx) => {
  ctx.log('a line');
  return await ctx.step('own', () => `${large}!`);
}, 'child');
const waiting = pipeline(async (ctx) => await ctx.human('sure?', { key: 'ask' }), 'waiting');

async function open() {
  const harness = await Harness.open([parent, child, waiting]);
  const removal = createRunRemoval(harness.database, createGroupCommit(harness.database));
  const dropped: string[] = [];
  const deps = { removal, dropWorkspace: async (id: string) => void dropped.push(id), log: () => undefined };
  const finished = async (id = 'parent') => (await harness.finished(await harness.start(id))).id;
  const rows = (table: string) =>
    Number(harness.database.sqlite.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
  const all = () => ['runs', 'steps', 'events', 'waits', 'orders', 'blobs', 'removals'].map(rows);
  return { harness, removal, dropped, deps, finished, all };
}

describe('deleting a run', () => {
  it('takes it and all below it, with everything that they had', async () => {
    const { harness, deps, dropped, finished, all } = await open();
    await using _ = harness;
    const id = await finished();
    const outcome = await removeRun(deps, id);
    expect(outcome).toEqual({ kind: 'removed', runIds: dropped });
    expect(dropped).toHaveLength(2);
    expect(all()).toEqual([0, 0, 0, 0, 0, 0, 0]);
    await harness.engine.wake(id);
    await harness.settle();
    expect(await removeRun(deps, id)).toEqual({ kind: 'no_such_run', runId: id });
  });

  it('leaves large values that another run has too', async () => {
    const { harness, deps, finished } = await open();
    await using _ = harness;
    const [one, two] = [await finished(), await finished()];
    await removeRun(deps, one);
    expect(harness.run(two).status).toBe('completed');
    const hashes = harness.steps(two).flatMap((step) => step.result_blob ?? []);
    for (const hash of hashes) expect(await harness.journal.readBlob(hash)).toContain('xxx');
    expect(hashes.length).toBeGreaterThan(0);
  });

  it('is refused of one that has not ended, and of a part of another', async () => {
    const { harness, deps, finished, all } = await open();
    await using _ = harness;
    const open_ = await harness.start('waiting');
    await harness.until(open_, 'waiting');
    expect(await removeRun(deps, open_)).toMatchObject({ kind: 'removal_refused', why: { kind: 'not_ended' } });
    const whole = await finished();
    const { id } = harness.database.sqlite.prepare('SELECT id FROM runs WHERE parent_run = ?').get(whole) ?? {};
    const before = all();
    expect(await removeRun(deps, String(id))).toMatchObject({
      kind: 'removal_refused',
      why: { kind: 'is_part', parent: whole },
    });
    expect(all()).toEqual(before);
  });

  it('is finished by the next server where one was killed in between, in transactions of a bounded size', async () => {
    const { harness, removal, deps, dropped, finished, all } = await open();
    await using _ = harness;
    const id = await finished();
    const insert = harness.database.sqlite.prepare(
      "INSERT INTO events (run_id, seq, type, at, actor, data) VALUES (?, ?, 'log', 1, 'driver', '{}')",
    );
    for (let seq = 1_000; seq < 2_200; seq += 1) insert.run(id, seq);
    await removal.remove(id);
    expect([await removal.clear(id), await removal.clear(id)]).toEqual([false, false]);
    await cleanRemoved(deps);
    expect(all()).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(dropped).toContain(id);
  });
});

describe('pruning', () => {
  it('takes what ended before a time, first what ended first, a bounded number of runs', async () => {
    const { harness, deps, finished } = await open();
    await using _ = harness;
    const old = [];
    for (let n = 0; n < 3; n += 1) {
      old.push(await finished('child'));
      await harness.advance(1_000);
    }
    const endedBefore = harness.clock.now();
    await harness.advance(1_000);
    const recent = await finished('child');
    const going = await harness.start('waiting');
    await harness.until(going, 'waiting');
    const request = { endedBefore, limit: 2, dryRun: false };
    expect(await pruneRuns(deps, { ...request, dryRun: true })).toEqual({ runIds: old.slice(0, 2), more: true });
    expect(await pruneRuns(deps, { ...request, status: 'failed' })).toEqual({ runIds: [], more: false });
    expect(await pruneRuns(deps, request)).toEqual({ runIds: old.slice(0, 2), more: true });
    expect(await pruneRuns(deps, request)).toEqual({ runIds: old.slice(2), more: false });
    expect([harness.run(recent).status, harness.run(going).status]).toEqual(['completed', 'waiting']);
  });
});
