import type { Delegated, DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sweepAges } from '../src/drive/sweep.ts';
import type { Waker } from '../src/record/ports.ts';
import { Harness } from './harness.ts';
import { Mortal, mortalParts, sides, type Point } from './mortal-worker.ts';
import { pipeline, sweep, waitOf } from './support.ts';

const hour = 3_600_000;
const schema = z.object({ found: z.int() });
const done = { outcome: 'done', text: 'Looked everywhere.', next_role: 'main', output: { found: 3 } };

const delegating = pipeline((ctx) =>
  ctx.delegate('scout', 'Count the lamps.', { key: 'look', schema, timeoutMs: hour }),
);

const outputOf = async (harness: Harness, id: string) =>
  JSON.parse((await harness.finished(id)).output ?? 'null') as Delegated<{ readonly found: number }>;

describe('something that is delegated', () => {
  it('P3: waits parked under one id, over restarts, and gives what was returned', async () => {
    await using harness = await Harness.open([delegating]);
    const id = await harness.start('subject');
    expect(await harness.until(id, 'waiting')).toMatchObject({
      wait_kind: 'member',
      wake_at: harness.clock.now() + hour,
    });
    expect(harness.engine.isDriving).toBe(false);
    expect(harness.wait(id)).toMatchObject({
      purpose: 'delegation',
      question: 'Count the lamps.',
      context: '{"to":"scout"}',
    });
    for (let restarts = 0; restarts < 3; restarts += 1) {
      harness.replaceWorker();
      await harness.engine.wake(id);
      await harness.advance(hour / 10);
    }
    expect(harness.database.sqlite.prepare('SELECT id FROM waits').all()).toHaveLength(1);
    expect(await harness.answer(waitOf(harness, id), done)).toBe('accepted');
    const { text, output } = done;
    expect(await outputOf(harness, id)).toEqual({ outcome: 'done', by: 'owner', text, output, nextRole: 'main' });
    expect(harness.steps(id)[0]).toMatchObject({ key: 'look', kind: 'delegate', status: 'done' });
  });

  it('is an outcome and no failure when the member comes to an end without its goal', async () => {
    await using harness = await Harness.open([delegating]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.answer(waitOf(harness, id), { outcome: 'not_done', text: 'It is dark.', goal_status: 'blocked' });
    const ended = { outcome: 'not_done', by: 'owner', text: 'It is dark.', goalStatus: 'blocked', nextRole: 'main' };
    expect(await outputOf(harness, id)).toEqual(ended);
  });

  it('is an outcome and no failure when its time is up, and takes nothing after that', async () => {
    await using harness = await Harness.open([delegating]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.advance(hour);
    expect(await outputOf(harness, id)).toEqual({ outcome: 'timed_out' });
    expect(await harness.answer(waitOf(harness, id), done)).toBe('closed');
  });

  it('takes what came in the last moment, though its time has passed when the run looks', async () => {
    let answered: string | undefined;
    await using harness = await Harness.open([delegating], {
      journal: (journal) => ({
        ...journal,
        commit: async (batch) => {
          if (batch.step?.status === 'done' && answered === undefined) {
            const request = { waitId: waitOf(harness, batch.runId), answer: JSON.stringify(done), actor: 'scout' };
            answered = (await harness.intake.answer({ ...request, at: harness.clock.now() - 1 })).kind;
          }
          return await journal.commit(batch);
        },
      }),
    });
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.advance(hour);
    expect([answered, await outputOf(harness, id)]).toEqual([
      'accepted',
      expect.objectContaining({ outcome: 'done', by: 'scout' }),
    ]);
  });

  it('fails, in a way that can be caught, when nobody can be told', async () => {
    await using harness = await Harness.open([delegating]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.answer(waitOf(harness, id), { outcome: 'undeliverable', reason: 'There is no scout.' });
    const error = JSON.parse((await harness.finished(id)).error ?? '{}') as unknown;
    expect(error).toMatchObject({ code: 'not_found', message: expect.stringContaining('There is no scout.') });
    await harness.retry(id);
    await harness.until(id, 'waiting');
    expect(await harness.answer(waitOf(harness, id, 1), done)).toBe('accepted');
    expect(await outputOf(harness, id)).toMatchObject({ outcome: 'done' });
  });

  it('P5: stops the run where the code delegates something else under the same key', async () => {
    await using harness = await Harness.open([delegating]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    harness.define(pipeline((ctx) => ctx.delegate('scout', 'Count the chairs.', { key: 'look' })));
    await harness.engine.wake(id);
    expect((await harness.until(id, 'needs_attention')).error).toContain('recorded with another input');
  });

  it('takes nothing for a run that was cancelled', async () => {
    await using harness = await Harness.open([delegating]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.order(id, 'cancel');
    await harness.finished(id);
    expect(await harness.answer(waitOf(harness, id), done)).toBe('closed');
  });

  it('R5: the sweep wakes a run of whose return nobody told the engine', async () => {
    await using harness = await Harness.open([delegating]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    const { clock, intake } = harness;
    const given = { answer: JSON.stringify(done), actor: 'scout', at: clock.now() };
    await intake.answer({ ...given, waitId: waitOf(harness, id) });
    await harness.advance(sweepAges.overdue);
    await sweep(harness);
    expect(await outputOf(harness, id)).toMatchObject({ by: 'scout' });
  });

  it.each([
    ['a strange handle', (ctx: DurableContext) => ctx.delegate('No One', 'Look.', { key: 'd' })],
    ['no brief', (ctx: DurableContext) => ctx.delegate('scout', ' ', { key: 'd' })],
    ['no time', (ctx: DurableContext) => ctx.delegate('scout', 'Look.', { key: 'd', timeoutMs: 0 })],
  ])('stops, in a sentence, for %s', async (_name, ask) => {
    await using harness = await Harness.open([pipeline(ask)]);
    const run = await harness.until(await harness.start('subject'), 'needs_attention');
    expect(run.error).toContain('ctx.delegate(\\"d\\")');
  });
});

const points: readonly Point[] = ['fence', 'start record', 'wait answer', 'park', 'end'];
const places = points.flatMap((point) =>
  sides.flatMap((side) => [1, 2].map((occurrence) => ({ point, side, occurrence }))),
);

describe('a worker that dies while something is delegated', () => {
  it('P3: leaves one delegation and its one outcome, wherever it dies', async () => {
    let deaths = 0;
    for (const death of places) {
      await using harness = await Harness.open([delegating]);
      const employ = (mortal: Mortal): Mortal => {
        const waker: Waker = { wake: (...of) => harness.engine.wake(...of) };
        const { clock, journal } = harness;
        harness.replaceWorker(mortalParts(mortal, { clock, waker, journal }));
        return mortal;
      };
      let worker = employ(new Mortal(death));
      const id = await harness.start('subject');
      let answer: string | undefined;
      for (let rounds = 0; rounds < 20 && harness.run(id).status !== 'completed'; rounds += 1) {
        await harness.settle();
        if (worker.isDead) {
          deaths += 1;
          worker = employ(new Mortal());
          await harness.engine.wake(id);
        } else if (answer === undefined && harness.run(id).status === 'waiting') {
          answer = await harness.answer(waitOf(harness, id), done);
        } else await harness.advance(300);
      }
      const name = JSON.stringify(death);
      expect(answer, name).toBe('accepted');
      expect(await outputOf(harness, id), name).toMatchObject({ outcome: 'done', output: { found: 3 } });
      expect(harness.database.sqlite.prepare('SELECT id FROM waits').all(), name).toHaveLength(1);
    }
    expect(deaths).toBeGreaterThanOrEqual(points.length * sides.length);
  });
});
