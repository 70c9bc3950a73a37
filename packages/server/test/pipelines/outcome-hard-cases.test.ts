import { definePipeline, defineTool, type DurableContext, type Verification } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSweepStore } from '../../src/storage/sweep-store.ts';
import { Harness } from './harness.ts';

const pipeline = (run: (ctx: DurableContext) => Promise<unknown>) =>
  definePipeline({ id: 'subject', description: 'd', input: z.any(), output: z.any(), run });

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

const run = async () => ({ success: true as const, data: 1 });

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

describe('an unknown outcome, hard cases', () => {
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

  it('a worker is not to be cut off until the result of a once call is recorded', async () => {
    const seen: boolean[] = [];
    await using harness = await Harness.open([pipeline(mailing)], {
      journal: (journal) => ({
        ...journal,
        commit: async (batch) => {
          if (batch.step?.key === 'call' && batch.step.status === 'done') seen.push(harness.driver.isDelicate);
          return await journal.commit(batch);
        },
      }),
    });
    harness.equip(defineTool({ id: 'mail', description: 'd', input: z.any(), output: z.any(), effect: 'once', run }));
    await harness.finished(await harness.start('subject'));
    expect(seen).toEqual([true]);
  });
});
