import { definePipeline } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { maxBarrenDrives } from '../src/drive/driver.ts';
import type { RunJournal } from '../src/record/journal.ts';
import type { AgentCaller } from '../src/steps/step-port.ts';
import { Harness } from './harness.ts';
import { pipeline } from './support.ts';

const anything = { input: z.any(), output: z.any() };

/** A gate that a test opens: a step that is in flight until then. */
function gate<T = void>() {
  return Promise.withResolvers<T>();
}

describe('a run without trouble', () => {
  it('records each step once and ends with the output', async () => {
    const greet = definePipeline({
      id: 'greet',
      description: 'd',
      input: z.object({ name: z.string() }),
      output: z.object({ text: z.string() }),
      run: async (ctx, { name }) => {
        const greeting = await ctx.step('greeting', () => `Hello ${name}`);
        return { text: await ctx.step('shout', () => greeting.toUpperCase()) };
      },
    });
    await using harness = await Harness.open([greet]);
    const id = await harness.start('greet', { name: 'Ada' });
    const run = await harness.finished(id);
    expect(run.status).toBe('completed');
    expect(JSON.parse(run.output ?? '')).toEqual({ text: 'HELLO ADA' });
    expect(harness.steps(id).map((step) => [step.key, step.status, step.result])).toEqual([
      ['greeting', 'done', '"Hello Ada"'],
      ['shout', 'done', '"HELLO ADA"'],
    ]);
    expect(harness.eventTypes(id)).toEqual(['run.queued', 'run.started', 'step.done', 'step.done', 'run.completed']);
  });

  it('gives the pipeline what a later drive would see: the JSON of a result, not the object', async () => {
    const seen: unknown[] = [];
    const dates = definePipeline({
      id: 'dates',
      description: 'd',
      ...anything,
      run: async (ctx) => {
        seen.push(await ctx.step('date', () => new Date(0) as unknown));
        seen.push(await ctx.step('nothing', () => undefined));
        return null;
      },
    });
    await using harness = await Harness.open([dates]);
    await harness.finished(await harness.start('dates'));
    expect(seen).toEqual(['1970-01-01T00:00:00.000Z', undefined]);
  });

  it('fails the step, in a sentence, when a result is not JSON', async () => {
    const circular = definePipeline({
      id: 'circular',
      description: 'd',
      ...anything,
      run: (ctx) =>
        ctx.step('loop', () => {
          const loop: Record<string, unknown> = {};
          loop['self'] = loop;
          return loop;
        }),
    });
    await using harness = await Harness.open([circular]);
    const run = await harness.finished(await harness.start('circular'));
    expect(run.status).toBe('failed');
    expect(run.error).toContain('The result of step \\"loop\\" is not JSON');
  });

  it('keeps a result of 200 KiB outside the row and returns it whole in a later drive', async () => {
    const large = 'x'.repeat(200 * 1024);
    let length = 0;
    const big = definePipeline({
      id: 'big',
      description: 'd',
      ...anything,
      run: async (ctx) => {
        const value = await ctx.step('large', () => large);
        await ctx.sleep('nap', 1000);
        length = value.length;
        return value.length;
      },
    });
    await using harness = await Harness.open([big]);
    const id = await harness.start('big');
    await harness.finished(id);
    expect(length).toBe(large.length);
    expect(harness.steps(id)[0]).toMatchObject({ result: null, result_blob: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});

describe('a driver that lost its run', () => {
  it('R1: refuses the commit of a driver whose run was taken over, and that driver touches nothing more', async () => {
    const first = gate();
    let calls = 0;
    const slow = definePipeline({
      id: 'slow',
      description: 'd',
      ...anything,
      run: async (ctx) => {
        const value = await ctx.step('work', async () => {
          calls += 1;
          const call = calls;
          if (call === 1) await first.promise;
          return call;
        });
        await ctx.step('after', () => calls);
        return value;
      },
    });
    await using harness = await Harness.open([slow]);
    const id = await harness.start('slow');
    await harness.settle();
    const frozen = harness.driver.drive(id);
    harness.replaceWorker();
    await harness.engine.wake(id);
    const run = await harness.finished(id);
    const before = harness.events(id);
    first.resolve();
    await frozen;
    await harness.settle();
    expect(run).toMatchObject({ status: 'completed', output: '2', recoveries: 1 });
    expect(harness.events(id)).toEqual(before);
    expect(harness.steps(id).map((step) => step.result)).toEqual(['2', '2']);
  });

  it('P2: a lost driver never settles the call, so the pipeline neither sees an error nor runs its finally', async () => {
    const seen: string[] = [];
    const first = gate();
    let isFirst = true;
    const watched = definePipeline({
      id: 'watched',
      description: 'd',
      ...anything,
      run: async (ctx) => {
        const label = isFirst ? 'first' : 'second';
        try {
          await ctx.step('work', async () => {
            if (!isFirst) return;
            isFirst = false;
            await first.promise;
          });
          seen.push(`${label} went on`);
        } catch {
          seen.push(`${label} caught`);
        } finally {
          seen.push(`${label} finally`);
        }
      },
    });
    await using harness = await Harness.open([watched]);
    const id = await harness.start('watched');
    await harness.settle();
    const frozen = harness.driver.drive(id);
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.finished(id);
    first.resolve();
    await frozen;
    await harness.settle();
    expect(seen).toEqual(['second went on', 'second finally']);
  });
});

describe('two drives of one run (R4)', () => {
  it('R4: a second drive in the same process joins the first and raises no fence', async () => {
    const open = gate();
    let calls = 0;
    const once = definePipeline({
      id: 'once',
      description: 'd',
      ...anything,
      run: (ctx) =>
        ctx.step('work', async () => {
          calls += 1;
          await open.promise;
        }),
    });
    await using harness = await Harness.open([once]);
    const id = await harness.start('once');
    await harness.settle();
    const second = harness.driver.drive(id);
    await harness.settle();
    expect(harness.run(id).fence).toBe(1);
    open.resolve();
    await second;
    expect(calls).toBe(1);
    expect((await harness.finished(id)).status).toBe('completed');
  });
});

const failing =
  (shouldFail: () => boolean) =>
  (journal: RunJournal): RunJournal => ({
    ...journal,
    commit: (commit) => (shouldFail() ? Promise.reject(new Error('disk on fire')) : journal.commit(commit)),
  });

describe('work of an agent between its steps', () => {
  it('P2: keeps the drive going until it has settled, whatever waits beside it', async () => {
    const check = gate();
    const agents: AgentCaller = {
      call: (scope, name, _input, key) =>
        scope.compose({ key, kind: 'agent', startDetail: { agent: name } }, async (inner) => {
          await inner.during(() => check.promise);
          return 'answer';
        }),
    };
    const both = pipeline((ctx) => Promise.all([ctx.agent('helper', {}), ctx.sleep('later', 3_600_000)]));
    await using harness = await Harness.open([both], { agents });
    const id = await harness.start('subject');
    await harness.settle();
    expect(harness.run(id).status).toBe('running');
    check.resolve();
    await harness.until(id, 'waiting');
    expect(harness.steps(id).find(({ key }) => key === 'helper')).toMatchObject({ status: 'done' });
  });
});

describe('a drive that cannot go on (E3, R7)', () => {
  const oneStep = definePipeline({ id: 'one', description: 'd', ...anything, run: (ctx) => ctx.step('work', () => 1) });

  it('E3: is called again, and nothing of the failure reaches the pipeline', async () => {
    let failures = 3;
    await using harness = await Harness.open([oneStep], { journal: failing(() => failures-- > 0) });
    const run = await harness.finished(await harness.start('one'));
    expect(run.status).toBe('completed');
  });

  it(`R7: stops for attention with the last error after ${maxBarrenDrives} drives without a commit, and goes on by resume`, async () => {
    let isBroken = true;
    await using harness = await Harness.open([oneStep], { journal: failing(() => isBroken) });
    const id = await harness.start('one');
    await harness.advance(60_000);
    expect(harness.run(id).status).toBe('running');
    isBroken = false;
    // The disk works again, but the count stands: a person has to look.
    const run = await harness.until(id, 'needs_attention', 'completed');
    expect(run).toMatchObject({ status: 'needs_attention', error: expect.stringContaining('disk on fire') });
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).status).toBe('completed');
  });
});

describe('a worker that stops', () => {
  it('finishes the step in flight, begins no other, and hands the run to the next worker', async () => {
    const first = Promise.withResolvers<void>();
    const calls: string[] = [];
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('first', () => (calls.push('first'), first.promise));
        await ctx.step('second', () => calls.push('second'));
      }),
    ]);
    const woken: string[] = [];
    harness.replaceWorker({ waker: { wake: async (runId) => void woken.push(runId) } });
    const id = await harness.start('subject');
    await harness.settle();
    const drained = harness.driver.drain();
    first.resolve();
    await drained;
    expect(calls).toEqual(['first']);
    expect(woken).toEqual([id]);
    harness.replaceWorker();
    await harness.engine.wake(id);
    // Nothing was lost.
    expect(await harness.finished(id)).toMatchObject({ status: 'completed', recoveries: 0 });
    expect(calls).toEqual(['first', 'second']);
  });

  it('R7: being restarted many times during one long turn does not count against a run', async () => {
    const turn = Promise.withResolvers<void>();
    await using harness = await Harness.open([pipeline((ctx) => ctx.step('long', () => turn.promise))]);
    const id = await harness.start('subject');
    for (let restart = 0; restart < 15; restart += 1) {
      await harness.settle();
      void harness.driver.drain();
      await harness.settle();
      harness.replaceWorker();
      await harness.engine.wake(id);
    }
    await harness.settle();
    expect(harness.run(id)).toMatchObject({ status: 'running', barren_drives: 1 });
    turn.resolve();
    expect((await harness.finished(id)).status).toBe('completed');
  });
});
