import { describe, expect, it } from 'vitest';
import { createRunReader } from '../src/store/run-reader.ts';
import { Harness } from './harness.ts';
import { pipeline } from './support.ts';

const large = 'x'.repeat(200 * 1024);

/** A run with a small and a large result that sleeps; what the disk then does to one of them. */
async function sleeping(harm: string) {
  const seen: unknown[] = [];
  const undone: unknown[] = [];
  const harness = await Harness.open([
    pipeline(async (ctx) => {
      seen.push(await ctx.step('small', () => ({ sum: 'ab' }), { undo: (result) => undone.push(result) }));
      seen.push((await ctx.step('large', () => large)).length);
      await ctx.sleep('nap', 60_000);
      return 'out';
    }),
  ]);
  const id = await harness.start('subject');
  await harness.until(id, 'waiting');
  seen.length = 0;
  harness.database.sqlite.exec(harm);
  return { harness, id, seen, undone };
}

const inRow = `UPDATE steps SET result = replace(result, 'ab', 'Zb') WHERE key = 'small'`;
const apart = `UPDATE blobs SET body = replace(body, 'xxx"', 'xZx"')`;

describe('a recorded value that the disk has changed', () => {
  it.each([
    ['in its row', inRow, 'The result of step "small"', []],
    ['apart', apart, 'A recorded value', [{ sum: 'ab' }]],
  ])('stops the run, and nothing is computed with it: %s', async (_where, harm, words, passed) => {
    const { harness, id, seen } = await sleeping(harm);
    await using _ = harness;
    const run = await harness.until(id, 'needs_attention');
    expect(JSON.parse(run.error ?? '')).toMatchObject({ code: 'storage_corrupt' });
    expect(JSON.parse(run.error ?? '').message).toContain(words);
    expect(seen).toEqual(passed);
    expect(harness.steps(id).map(({ status }) => status)).toEqual(['done', 'done', 'started']);
  });

  it('is not shown as if it were true', async () => {
    const { harness, id } = await sleeping(`${inRow}; ${apart}`);
    await using _ = harness;
    const reader = createRunReader(harness.database);
    const { data } = await reader.listSteps(id, { limit: 10 });
    expect(data[0]).toMatchObject({ key: 'small', error: { code: 'storage_corrupt' } });
    expect(data[0]).not.toHaveProperty('result');
    await expect(reader.getStep(id, 'large')).rejects.toMatchObject({ code: 'storage_corrupt' });
  });

  it('is not given to an undo: a person takes the effect back', async () => {
    const { harness, id, undone } = await sleeping(inRow);
    await using _ = harness;
    await harness.order(id, 'cancel');
    expect((await harness.finished(id)).error).toContain('by hand');
    expect(undone).toEqual([]);
  });

  it('is taken as it is where an earlier version wrote it without a checksum', async () => {
    const { harness, id } = await sleeping(`UPDATE steps SET result_sum = NULL; ${inRow}`);
    await using _ = harness;
    expect((await harness.finished(id)).status).toBe('completed');
  });

  it('is copied into a fork with its checksum', async () => {
    const { harness, id } = await sleeping(inRow);
    await using _ = harness;
    const fork = await harness.fork(id, 'nap');
    expect(JSON.parse((await harness.until(fork, 'needs_attention')).error ?? '')).toMatchObject({
      code: 'storage_corrupt',
    });
  });
});

describe('the input of a run that the disk has changed', () => {
  const harm = `UPDATE runs SET input = '{"ship":"Zx"}'`;

  it('stops the run, and nothing is done with it', async () => {
    let began = 0;
    await using harness = await Harness.open([pipeline(async () => (began += 1))]);
    const id = harness.newId();
    await harness.intake.start({ id, pipeline: 'subject', input: '{}', actor: 'owner', at: harness.clock.now() });
    harness.database.sqlite.exec(harm);
    await harness.engine.wake(id);
    const run = await harness.until(id, 'needs_attention', 'completed');
    expect(run.error).toMatch(/storage_corrupt.*The input of this run is not what was recorded/);
    expect(began).toBe(0);
  });

  it('is neither shown nor forked', async () => {
    const { harness, id } = await sleeping(harm);
    await using _ = harness;
    const damaged = { code: 'storage_corrupt', message: expect.stringContaining(`The input of run ${id}`) };
    await expect(createRunReader(harness.database).getRun(id)).rejects.toMatchObject(damaged);
    await expect(harness.fork(id, 'small')).rejects.toMatchObject(damaged);
  });

  it('is taken as it is where an earlier version recorded it, without a checksum', async () => {
    const { harness, id } = await sleeping(`UPDATE runs SET input_sum = NULL`);
    await using _ = harness;
    expect((await harness.finished(id)).status).toBe('completed');
  });
});

it('the output of a run that the disk has changed is not shown', async () => {
  const { harness, id } = await sleeping('SELECT 1');
  await using _ = harness;
  await harness.finished(id);
  expect(await createRunReader(harness.database).getRun(id)).toMatchObject({ output: 'out' });
  harness.database.sqlite.exec(`UPDATE runs SET output = '"oZt"'`);
  await expect(createRunReader(harness.database).getRun(id)).rejects.toMatchObject({ code: 'storage_corrupt' });
});

it('the output of a child that the disk has changed is not given to its parent', async () => {
  const seen: unknown[] = [];
  await using harness = await Harness.open([
    pipeline(async (ctx) => seen.push(await ctx.run('child', {}, { key: 'kid' }))),
    pipeline(async (ctx) => {
      await ctx.sleep('nap', 1_000);
      return 'out';
    }, 'child'),
  ]);
  harness.database.sqlite.exec(
    `CREATE TRIGGER harm AFTER UPDATE OF output ON runs WHEN new.output = '"out"' BEGIN UPDATE runs SET output = '"oZt"' WHERE id = new.id; END`,
  );
  const id = await harness.start('subject');
  const run = await harness.until(id, 'needs_attention', 'completed');
  expect(run.error).toContain('storage_corrupt');
  expect(seen).toEqual([]);
});
