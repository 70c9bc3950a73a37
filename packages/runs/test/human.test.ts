import type { DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compileSchema } from '@perdure/schema-check';
import { sweepAges } from '../src/drive/sweep.ts';
import { Harness } from './harness.ts';
import { pipeline, sweep, takes, waitOf } from './support.ts';

const day = 86_400_000;

async function answer(harness: Harness, waitId: string, value: unknown): Promise<string> {
  const { clock, intake, engine } = harness;
  const outcome = await intake.answer({ waitId, answer: JSON.stringify(value), actor: 'ada', at: clock.now() });
  if (outcome.kind === 'accepted') await engine.wake(outcome.runId);
  return outcome.kind;
}

describe('a question to a person', () => {
  it('P3: waits parked for days and over restarts, under one id, and goes on with the answer', async () => {
    const asking = pipeline(async (ctx) => {
      const city = await ctx.human('Which city?', { key: 'city', schema: z.object({ name: z.string() }) });
      return ctx.step('greet', () => `Hello ${city.name}`);
    });
    await using harness = await Harness.open([asking]);
    const id = await harness.start('subject');
    expect(await harness.until(id, 'waiting')).toMatchObject({ wait_kind: 'human', wake_at: null });
    expect(harness.engine.isDriving).toBe(false);
    const waitId = waitOf(harness, id);
    for (let restarts = 0; restarts < 3; restarts += 1) {
      harness.replaceWorker();
      await harness.engine.wake(id);
      await harness.advance(3 * day);
    }
    expect(harness.database.sqlite.prepare('SELECT id FROM waits').all()).toHaveLength(1);
    expect(await answer(harness, waitId, { name: 'Oslo' })).toBe('accepted');
    expect((await harness.finished(id)).output).toBe('"Hello Oslo"');
    expect(harness.eventTypes(id)).toContain('wait.answered');
  });

  it('takes one answer: a second is refused, whoever gives it', async () => {
    const seen: unknown[] = [];
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        seen.push(await ctx.human('Go?', { key: 'go' }));
        await ctx.sleep('nap', 1_000);
        seen.push('after');
      }),
    ]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    const waitId = waitOf(harness, id);
    const given = await Promise.all(['yes', 'no', 'maybe'].map((value) => answer(harness, waitId, value)));
    expect(given.filter((kind) => kind === 'accepted')).toHaveLength(1);
    expect(given.filter((kind) => kind === 'answered_before')).toHaveLength(2);
    await harness.finished(id);
    expect(await answer(harness, waitId, 'late')).toBe('answered_before');
    expect(seen).toEqual(['yes', 'yes', 'after']);
  });

  it('takes an answer that came in the last moment, though its end has passed when the run looks', async () => {
    let answered: string | undefined;
    const asking = pipeline((ctx) => ctx.human('Now?', { key: 'now', timeoutMs: day }));
    await using harness = await Harness.open([asking], {
      journal: (journal) => ({
        ...journal,
        commit: async (batch) => {
          if (batch.step?.status === 'failed') {
            const request = { waitId: waitOf(harness, batch.runId), answer: '"just"', actor: 'ada' };
            answered = (await harness.intake.answer({ ...request, at: harness.clock.now() - 1_000_000 })).kind;
          }
          return await journal.commit(batch);
        },
      }),
    });
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.advance(day);
    expect([answered, (await harness.finished(id)).output]).toEqual(['accepted', '"just"']);
  });

  it('fails when nobody answers in time, takes no answer after that, and a retry asks again', async () => {
    await using harness = await Harness.open([pipeline((ctx) => ctx.human('Now?', { key: 'now', timeoutMs: day }))]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    const first = waitOf(harness, id);
    await harness.advance(day);
    const failed = harness.run(id);
    expect(JSON.parse(failed.error ?? '')).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('"Now?"'),
    });
    expect(await answer(harness, first, 'late')).toBe('closed');
    await harness.intake.retry({ runId: id, actor: 'owner', at: harness.clock.now() });
    await harness.engine.wake(id);
    await harness.until(id, 'waiting');
    expect(await answer(harness, waitOf(harness, id, 1), 'in time')).toBe('accepted');
    expect((await harness.finished(id)).output).toBe('"in time"');
  });

  it('keeps an answer that came while the run was paused until it is resumed', async () => {
    await using harness = await Harness.open([pipeline((ctx) => ctx.human('Go?', { key: 'go' }))]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.order(id, 'pause');
    await harness.until(id, 'paused');
    expect(await answer(harness, waitOf(harness, id), 'yes')).toBe('accepted');
    await harness.advance(1_000);
    expect(harness.run(id).status).toBe('paused');
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).output).toBe('"yes"');
  });

  it('takes no answer for a run that was cancelled', async () => {
    await using harness = await Harness.open([pipeline((ctx) => ctx.human('Go?', { key: 'go' }))]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.order(id, 'cancel');
    await harness.finished(id);
    expect(await answer(harness, waitOf(harness, id), 'yes')).toBe('closed');
  });

  it('R5: the sweep wakes a run whose answer nobody told the engine of', async () => {
    await using harness = await Harness.open([pipeline((ctx) => ctx.human('Go?', { key: 'go' }))]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    const { clock, intake } = harness;
    await intake.answer({ waitId: waitOf(harness, id), answer: '"yes"', actor: 'ada', at: clock.now() });
    await harness.advance(sweepAges.overdue);
    await sweep(harness);
    expect((await harness.finished(id)).output).toBe('"yes"');
  });

  it('goes on with the answered branch while another branch still works', async () => {
    const work = Promise.withResolvers<void>();
    await using harness = await Harness.open([
      pipeline((ctx) =>
        Promise.all([
          ctx.step('long', () => work.promise),
          (async () => {
            await ctx.human('Go?', { key: 'go' });
            await ctx.step('after-answer', () => 1);
          })(),
        ]),
      ),
    ]);
    const id = await harness.start('subject');
    await harness.settle();
    await answer(harness, waitOf(harness, id), 'yes');
    await harness.advance(1_000);
    expect(harness.steps(id).map((step) => [step.key, step.status])).toContainEqual(['after-answer', 'done']);
    work.resolve();
    expect((await harness.finished(id)).status).toBe('completed');
  });

  it.each([
    ['no question', (ctx: DurableContext) => ctx.human(' ', { key: 'q' })],
    ['no time', (ctx: DurableContext) => ctx.human('q', { key: 'q', timeoutMs: 0 })],
    ['a context that is not JSON', (ctx: DurableContext) => ctx.human('q', { key: 'q', context: { n: 1n } })],
  ])('stops, in a sentence, for %s', async (_name, ask) => {
    await using harness = await Harness.open([pipeline(ask)]);
    const run = await harness.until(await harness.start('subject'), 'needs_attention');
    expect(run.error).toContain('ctx.human(\\"q\\")');
  });
});

describe('a question to a person, hard cases', () => {
  it('an answer that only zod refuses never makes a run that fails for ever', async () => {
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.human('Which day?', { key: 'q', schema: z.string().refine((s) => s !== 'friday', 'not on a friday') }),
      ),
    ]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    const schema = JSON.parse(harness.wait(id).answer_schema!);
    expect(compileSchema(schema)('friday')).toBe(true);
    await harness.answer(harness.wait(id).id, 'friday');
    await harness.finished(id);
    await harness.retry(id);
    const run = await harness.until(id, 'failed', 'waiting', 'needs_attention', 'completed');
    expect(run.status).toBe('waiting');
  });

  it('a question that a retry asks anew is open once', async () => {
    let fails = true;
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.map(
          [1],
          async (_n, inner) => {
            const asked = inner.human('Which?', { key: 'q' });
            await inner.step('s', () => 1);
            if (fails) throw new Error('oops');
            return await asked;
          },
          { key: 'all' },
        ),
      ),
    ]);
    const id = await harness.start('subject');
    await harness.until(id, 'failed', 'waiting');
    fails = false;
    await harness.retry(id);
    await harness.until(id, 'waiting');
    const waits = harness.database.sqlite
      .prepare('SELECT id, step_key FROM waits WHERE answered_at IS NULL ORDER BY id')
      .all();
    const outcome = await harness.answer(String(waits[0]!['id']), 'left');
    await harness.advance(1000);
    expect([outcome, harness.run(id).status]).not.toEqual(['accepted', 'waiting']);
  });

  it('waiting beside work does not pile up timers', async () => {
    await using harness = await Harness.open([
      pipeline(async (ctx) =>
        Promise.all([
          ctx.step('slow', () => takes(harness, 3_500_000)),
          ctx.human('Which?', { key: 'q', timeoutMs: 86_400_000 }),
        ]),
      ),
    ]);
    let live = 0;
    const after = harness.clock.after.bind(harness.clock);
    harness.clock.after = (ms, cb) => {
      live += 1;
      let over = false;
      const end = () => {
        if (!over) {
          over = true;
          live -= 1;
        }
      };
      const cancel = after(ms, () => {
        end();
        cb();
      });
      return () => {
        end();
        cancel();
      };
    };
    await harness.start('subject');
    const counts: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      await harness.advance(25_000);
      counts.push(live);
    }
    expect(Math.max(...counts)).toBeLessThan(10);
  });
});
