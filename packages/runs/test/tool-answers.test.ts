import { defineTool, type DurableContext, type Verification } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSweepStore } from '../src/store/sweep-store.ts';
import { done, openWithAgents, PlayedModel } from './agent-harness.ts';
import { Harness } from './harness.ts';
import { answerBoth, pipeline, takes, waitIds } from './support.ts';
import { onceTool, probeTool } from './tool-probe.ts';

const mailing = (ctx: DurableContext) => ctx.tool('mail', {}, { key: 'call' });

/** A `once` tool whose first call never returns; `verify` says what the test has it say. */
function mailTool(verify: () => Promise<Verification<unknown>> | Verification<unknown>) {
  const told = { calls: 0 };
  const tool = defineTool({
    id: 'mail',
    description: 'd',
    input: z.any(),
    output: z.any(),
    effect: 'once',
    run: async () => {
      told.calls += 1;
      return told.calls === 1 ? await new Promise<never>(() => undefined) : { success: true as const, data: 1 };
    },
    verify: async () => await verify(),
  });
  return { tool, told };
}

/** Starts the run and kills its worker in the call: a person is asked what became of it. */
async function askedAboutCall(harness: Harness): Promise<{ id: string; wait: string }> {
  const id = await harness.start('subject');
  await harness.settle();
  harness.replaceWorker();
  await harness.engine.wake(id);
  await harness.until(id, 'needs_attention');
  return { id, wait: harness.wait(id).id };
}

async function overdue(harness: Harness): Promise<unknown> {
  return await createSweepStore(harness.database).runsToWake({ silentSince: 0, overdueSince: harness.clock.now() });
}

/** `verify` knows nothing when it is first asked; later it takes as long as the test likes. */
function slowVerify() {
  const verifying = Promise.withResolvers<Verification<unknown>>();
  let looks = 0;
  const verify = () => ((looks += 1) === 1 ? ({ outcome: 'unknown' } as const) : verifying.promise);
  return { verify, finds: verifying.resolve };
}

describe('an answer to what became of a call, beside its verify', () => {
  it('what a person said was done is not made again because verify sees it otherwise', async () => {
    let found: Verification<unknown> = { outcome: 'unknown' };
    const { tool, told } = mailTool(() => found);
    await using harness = await Harness.open([pipeline(mailing)]);
    harness.equip(tool);
    const { id, wait } = await askedAboutCall(harness);
    found = { outcome: 'not_done' };
    expect(await harness.answer(wait, { decision: 'done', result: 7 })).toBe('accepted');
    const run = await harness.finished(id);
    expect({ calls: told.calls, output: run.output }).toEqual({ calls: 1, output: '7' });
  });

  it('an answer that came beside the withdrawal of its question does not resume what a person pauses', async () => {
    const { verify, finds } = slowVerify();
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await mailing(ctx);
        await ctx.step('long', () => new Promise((resolve) => harness.clock.after(60_000, () => resolve('x'))));
        await ctx.sleep('nap', 3_000_000);
      }),
    ]);
    harness.equip(mailTool(verify).tool);
    const { id, wait } = await askedAboutCall(harness);
    await harness.order(id, 'resume');
    await harness.settle();
    expect(await harness.answer(wait, { decision: 'done', result: 7 })).toBe('accepted');
    finds({ outcome: 'done', data: 1 });
    await harness.settle();
    await harness.order(id, 'pause');
    await harness.advance(120_000);
    expect({ status: harness.run(id).status, overdue: await overdue(harness) }).toEqual({
      status: 'paused',
      overdue: [],
    });
  });

  it('an answer that came beside the withdrawal of its question has the run woken once, not for ever', async () => {
    const { verify, finds } = slowVerify();
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await mailing(ctx);
        await ctx.sleep('nap', 3_000_000);
      }),
    ]);
    harness.equip(mailTool(verify).tool);
    const { id, wait } = await askedAboutCall(harness);
    await harness.order(id, 'resume');
    await harness.settle();
    expect(await harness.answer(wait, { decision: 'done', result: 7 })).toBe('accepted');
    finds({ outcome: 'done', data: 1 });
    await harness.until(id, 'waiting');
    await harness.advance(60_000);
    await harness.engine.wake(id);
    await harness.settle();
    expect(await overdue(harness)).toEqual([]);
  });

  it('an answer taken at the very moment of the withdrawal counts', async () => {
    const finds: Verification<unknown>[] = [{ outcome: 'unknown' }, { outcome: 'not_done' }];
    let answered: string | undefined;
    await using harness = await Harness.open([pipeline(mailing)], {
      journal: (journal) => ({
        ...journal,
        commit: async (batch) => {
          if (batch.step?.key === 'call/outcome-1' && batch.step.status === 'done' && answered === undefined)
            answered = await harness.answer(harness.wait(batch.runId).id, { decision: 'done', result: 7 });
          return await journal.commit(batch);
        },
      }),
    });
    const { tool, told } = mailTool(() => finds.shift() ?? { outcome: 'unknown' });
    harness.equip(tool);
    const { id } = await askedAboutCall(harness);
    await harness.order(id, 'resume');
    const run = await harness.finished(id);
    expect({ answered, calls: told.calls, output: run.output }).toEqual({
      answered: 'accepted',
      calls: 1,
      output: '7',
    });
  });

  it('after a crash between the withdrawal of a question and the record of the outcome the person is asked anew', async () => {
    const finds: Verification<unknown>[] = [{ outcome: 'unknown' }, { outcome: 'done', data: 1 }];
    let dies = false;
    await using harness = await Harness.open([pipeline(mailing)], {
      journal: (journal) => ({
        ...journal,
        commit: async (batch) =>
          dies && batch.step?.key === 'call' && batch.step.status === 'done'
            ? await new Promise<never>(() => undefined)
            : await journal.commit(batch),
      }),
    });
    harness.equip(mailTool(() => finds.shift() ?? { outcome: 'unknown' }).tool);
    const { id } = await askedAboutCall(harness);
    dies = true;
    await harness.order(id, 'resume');
    await harness.settle();
    expect(harness.steps(id).map(({ key, status }) => [key, status])).toEqual([
      ['call', 'started'],
      ['call/outcome-1', 'done'],
    ]);
    dies = false;
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.settle();
    expect(harness.run(id).status).toBe('needs_attention');
    expect(JSON.parse(harness.run(id).error ?? '{}').code).toBe('outcome_unknown');
  });
});

describe('an answer to what became of a call, beside work and orders', () => {
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
    const waits = waitIds(harness);
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
    await using harness = await openWithAgents(
      [
        pipeline(async (ctx) => {
          await ctx.step('slow', () => takes(harness, 10_000));
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
    await harness.advance(11_000);
    s.hang = false;
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.until(id, 'needs_attention');
    await answerBoth(harness, id, { decision: 'run_again' });
    await harness.advance(2_000);
    expect([harness.run(id).status, model.requests.length]).toEqual(['needs_attention', 1]);
  });

  it('a pause ordered after an answer is not lost', async () => {
    const { s, tool } = onceTool();
    await using harness = await Harness.open([
      pipeline(async (ctx) =>
        Promise.all([ctx.tool('probe', {}, { key: 'call' }), ctx.step('slow', () => takes(harness, 60_000))]),
      ),
    ]);
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
    await using harness = await Harness.open([
      pipeline(async (ctx) =>
        Promise.all([ctx.tool('probe', {}, { key: 'call' }), ctx.step('slow', () => takes(harness, 60_000))]),
      ),
    ]);
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

  it('a pause that is accepted after an outcome was answered is not dropped by the resume of that answer', async () => {
    const log: string[] = [];
    const gates: (() => void)[] = [];
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await Promise.all([
          ctx.tool('probe', {}, { key: 'call' }),
          ctx.step('slow', () => new Promise<void>((resolve) => gates.push(resolve))),
        ]);
        await ctx.step('after', () => log.push('after'));
      }),
    ]);
    harness.equip(probeTool(log, { run: () => new Promise(() => undefined) }));
    const id = await harness.start('subject');
    await harness.settle();
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.settle();
    await harness.answer(harness.wait(id).id, { decision: 'done', result: 1 });
    await harness.advance(10);
    expect([harness.run(id).status, await harness.order(id, 'pause')]).toEqual(['running', 'accepted']);
    await harness.advance(2_000);
    gates.at(-1)?.();
    await harness.advance(2_000);
    expect([harness.run(id).status, log]).toEqual(['paused', []]);
  });
});
