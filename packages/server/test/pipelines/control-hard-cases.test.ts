import { definePipeline, defineTool, PerdureError, type DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Harness } from './harness.ts';
import { openWithAgents, PlayedModel, type Said } from './agent-harness.ts';
import { createSweepStore } from '../../src/storage/sweep-store.ts';

const pipeline = (run: (ctx: DurableContext) => Promise<unknown>, id = 'subject') =>
  definePipeline({ id, description: 'd', input: z.any(), output: z.any(), run });
const done: Said = { answer: { answer: 'done' } };
const asking = pipeline((ctx) => ctx.agent('helper', { question: 'why?' }));
function onceTool() {
  const s = { hang: true, calls: 0 };
  const tool = defineTool({
    id: 'probe',
    description: 'd',
    input: z.any(),
    output: z.any(),
    effect: 'once',
    run: async () => {
      s.calls += 1;
      if (s.hang) await new Promise(() => undefined);
      return { success: true as const, data: 1 };
    },
  });
  return { s, tool };
}
const long = (harness: () => Harness, ms: number) => () =>
  new Promise((r) => harness().clock.after(ms, () => r('done')));

describe('orders, answers and budgets, hard cases', () => {
  it('an answer that was seen resumes no later stop', async () => {
    const { s, tool } = onceTool();
    const model = new PlayedModel(() => done);
    await using harness = await openWithAgents(
      [
        pipeline(async (ctx) => {
          await ctx.map([1, 2], (n, inner) => inner.tool('probe', { n }, { key: 'call' }), { key: 'all' });
          await ctx.agent('helper', {}, { key: 'a' });
          await ctx.agent('helper', {}, { key: 'b' });
          await ctx.agent('helper', {}, { key: 'c' });
        }),
      ],
      model,
      { budget: { turns: 1 } },
    );
    harness.equip(tool);
    const id = await harness.start('subject');
    await harness.settle();
    s.hang = false;
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.until(id, 'needs_attention');
    const waits = harness.database.sqlite
      .prepare('SELECT id FROM waits ORDER BY id')
      .all()
      .map((r) => String(r['id']));
    expect(waits).toHaveLength(2);
    const [a, b] = waits.map((w) => harness.answer(w, { decision: 'run_again' }));
    await a;
    await b;
    await harness.settle();
    await harness.advance(2_000);
    expect([harness.run(id).status, model.requests.length]).toEqual(['needs_attention', 1]);
  });

  it('an answer that was seen resumes no later stop, also where it came while the run worked on', async () => {
    const { s, tool } = onceTool();
    const model = new PlayedModel(() => done);
    let harness!: Harness;
    await using h = await openWithAgents(
      [
        pipeline(async (ctx) => {
          await ctx.step(
            'slow',
            long(() => harness, 10_000),
          );
          await ctx.map([1, 2], (n, inner) => inner.tool('probe', { n }, { key: 'call' }), { key: 'all' });
          await ctx.agent('helper', {}, { key: 'a' });
          await ctx.agent('helper', {}, { key: 'b' });
          await ctx.agent('helper', {}, { key: 'c' });
        }),
      ],
      model,
      { budget: { turns: 1 } },
    );
    harness = h;
    harness.equip(tool);
    const id = await harness.start('subject');
    await harness.advance(11_000);
    s.hang = false;
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.until(id, 'needs_attention');
    const waits = harness.database.sqlite
      .prepare('SELECT id FROM waits ORDER BY id')
      .all()
      .map((r) => String(r['id']));
    const at = harness.clock.now();
    // first answer's drive begins, the second answer lands before the drive looks at it
    await harness.intake.answer({ waitId: waits[0]!, answer: '{"decision":"run_again"}', actor: 'o', at });
    const driving = harness.engine.wake(id);
    const second = harness.intake.answer({ waitId: waits[1]!, answer: '{"decision":"run_again"}', actor: 'o', at });
    await driving;
    await second;
    await harness.engine.wake(id);
    await harness.advance(2_000);
    expect([harness.run(id).status, model.requests.length]).toEqual(['needs_attention', 1]);
  });

  it('a pause ordered after an answer is not lost', async () => {
    const { s, tool } = onceTool();
    let harness!: Harness;
    await using h = await Harness.open([
      pipeline(async (ctx) =>
        Promise.all([
          ctx.tool('probe', {}, { key: 'call' }),
          ctx.step(
            'slow',
            long(() => harness, 60_000),
          ),
        ]),
      ),
    ]);
    harness = h;
    harness.equip(tool);
    const id = await harness.start('subject');
    await harness.settle();
    s.hang = false;
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.advance(1_000);
    const wait = harness.wait(id);
    expect([harness.run(id).status, wait.purpose]).toEqual(['running', 'outcome']);
    expect(await harness.answer(wait.id, { decision: 'run_again' })).toBe('accepted');
    await harness.advance(1_000);
    expect(await harness.order(id, 'pause')).toBe('accepted');
    await harness.advance(70_000);
    expect([harness.run(id).status, s.calls]).toEqual(['paused', 1]);
  });

  it('a paused run stays paused when an outcome question is answered', async () => {
    const { s, tool } = onceTool();
    let harness!: Harness;
    await using h = await Harness.open([
      pipeline(async (ctx) =>
        Promise.all([
          ctx.tool('probe', {}, { key: 'call' }),
          ctx.step(
            'slow',
            long(() => harness, 60_000),
          ),
        ]),
      ),
    ]);
    harness = h;
    harness.equip(tool);
    const id = await harness.start('subject');
    await harness.settle();
    s.hang = false;
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.advance(1_000);
    // asked; the worker dies again, somebody pauses
    harness.replaceWorker();
    expect(await harness.order(id, 'pause')).toBe('accepted');
    await harness.advance(1_000);
    expect(harness.run(id).status).toBe('paused');
    await harness.answer(harness.wait(id).id, { decision: 'run_again' });
    await harness.advance(1_000);
    expect(harness.run(id).status).toBe('paused');
  });

  it('a text taken up by a turn that a retry forgets is told again', async () => {
    const model = new PlayedModel((_request, n) => (n < 3 ? { answer: { wrong: n } } : done));
    await using harness = await openWithAgents(
      [
        pipeline(async (ctx) => {
          await ctx.sleep('nap', 1000);
          return ctx.agent('helper', {});
        }),
      ],
      model,
    );
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.steer(id, 'Use JSON.');
    await harness.finished(id);
    await harness.retry(id);
    await harness.finished(id);
    expect(model.texts(model.requests.length - 1).filter((t) => t.includes('Use JSON'))).toHaveLength(1);
  });

  it('a text taken up by a call that failed reaches the next one', async () => {
    const model = new PlayedModel((_request, n) => {
      if (n === 0) throw new PerdureError('model_rejected', 'no');
      return done;
    });
    await using harness = await openWithAgents(
      [
        pipeline(async (ctx) => {
          await ctx.sleep('nap', 1000);
          try {
            await ctx.agent('helper', {}, { key: 'a' });
          } catch {
            /* goes on */
          }
          return ctx.agent('helper', {}, { key: 'b' });
        }),
      ],
      model,
    );
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.steer(id, 'Hurry.');
    await harness.finished(id);
    expect(model.texts(1).filter((t) => t.includes('Hurry'))).toHaveLength(1);
  });

  it('minutes between failure and retry are no work', async () => {
    const model = new PlayedModel((_request, n) => {
      if (n === 0) throw new PerdureError('model_rejected', 'no');
      return done;
    });
    await using harness = await openWithAgents([asking], model, { budget: { minutes: 10 } });
    const id = await harness.start('subject');
    await harness.finished(id);
    await harness.advance(86_400_000);
    await harness.retry(id);
    const run = await harness.until(id, 'completed', 'needs_attention', 'failed');
    expect(run.status).toBe('completed');
  });

  it('a crash in the last turn of the budget is passed over', async () => {
    let hang = true;
    const model = new PlayedModel(async () => {
      if (hang) await new Promise(() => undefined);
      return done;
    });
    await using harness = await openWithAgents([asking], model, { budget: { turns: 1 } });
    const id = await harness.start('subject');
    await harness.settle();
    hang = false;
    harness.replaceWorker();
    await harness.engine.wake(id);
    const run = await harness.until(id, 'completed', 'needs_attention', 'failed');
    expect(run.status).toBe('completed');
  });

  it('a sweep leaves a retried call alone while its new approval is open', async () => {
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('pay', {}, { key: 'call' }))]);
    harness.equip(
      defineTool({
        id: 'pay',
        description: 'd',
        input: z.any(),
        output: z.any(),
        effect: 'once',
        confirm: true,
        run: async () => ({ success: false as const, errorMessage: 'no' }),
      }),
    );
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.answer(harness.wait(id).id, { verdict: 'approved' });
    await harness.finished(id);
    await harness.retry(id);
    await harness.until(id, 'waiting');
    await harness.advance(600_000);
    const now = harness.clock.now();
    expect(
      await createSweepStore(harness.database).runsToWake({ silentSince: now - 60_000, overdueSince: now - 5_000 }),
    ).toEqual([]);
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
    let harness!: Harness;
    await using h = await Harness.open([
      pipeline(async (ctx) =>
        Promise.all([
          ctx.step(
            'slow',
            long(() => harness, 3_500_000),
          ),
          ctx.human('Which?', { key: 'q', timeoutMs: 86_400_000 }),
        ]),
      ),
    ]);
    harness = h;
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

  it('five hundred texts make no header of more than 16 KiB', async () => {
    const model = new PlayedModel(() => done);
    await using harness = await openWithAgents(
      [
        pipeline(async (ctx) => {
          await ctx.sleep('nap', 1000);
          return ctx.agent('helper', {});
        }),
      ],
      model,
    );
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    for (let i = 0; i < 500; i += 1)
      await harness.intake.order({
        orderId: harness.newId(),
        runId: id,
        order: 'steer',
        text: `t${i}`,
        actor: 'o',
        at: harness.clock.now(),
      });
    await harness.finished(id);
    expect(model.requests[0]!.idempotencyKey.length).toBeLessThan(16_384);
  });
});
