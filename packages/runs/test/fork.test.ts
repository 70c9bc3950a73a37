import { defineTool, type DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createShippedTools } from '@perdure/worker/tools';
import { done, loaded, openWithAgents, PlayedModel } from './agent-harness.ts';
import { Harness } from './harness.ts';
import { pipeline } from './support.ts';
import { payTool, probeTool } from './tool-probe.ts';

async function fork(harness: Harness, runId: string, stepKey: string, idempotencyKey?: string) {
  const named = idempotencyKey === undefined ? {} : { idempotencyKey, requestHash: stepKey };
  const request = { id: harness.newId(), runId, stepKey, actor: 'owner', at: harness.clock.now(), ...named };
  const outcome = await harness.intake.fork(request);
  if ('runId' in outcome) await harness.engine.wake(outcome.runId);
  return outcome;
}

function forked(outcome: Awaited<ReturnType<typeof fork>>): string {
  if (!('runId' in outcome)) throw new Error(outcome.kind);
  return outcome.runId;
}

describe('a fork', () => {
  it('does again what was begun from the named step on, and nothing before it', async () => {
    const made: string[] = [];
    const make = (ctx: DurableContext, key: string) => ctx.step(key, () => made.push(key));
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await make(ctx, 'a');
        await ctx.map(['x', 'y'], (_item, inner) => inner.step('work', () => made.push('item')), { key: 'all' });
        await make(ctx, 'b');
        return await make(ctx, 'c');
      }),
    ]);
    const id = await harness.start('subject');
    await harness.finished(id);
    made.length = 0;
    const copy = forked(await fork(harness, id, 'b'));
    expect((await harness.finished(copy)).status).toBe('completed');
    expect(made).toEqual(['b', 'c']);
    expect(harness.run(copy)).toMatchObject({ forked_from_run: id, forked_from_key: 'b' });
    const inherited = harness.steps(id).filter(({ key }) => !['b', 'c'].includes(key));
    for (const step of inherited) expect(harness.steps(copy)).toContainEqual({ ...step, run_id: copy });
  });

  it('enters again what the named step lies in', async () => {
    const made: number[] = [];
    await using harness = await Harness.open([
      pipeline(async (ctx) =>
        ctx.map([1, 2, 3], (n, inner) => inner.step('work', () => made.push(n)), { key: 'all', concurrency: 1 }),
      ),
    ]);
    const id = await harness.start('subject');
    await harness.finished(id);
    made.length = 0;
    await harness.finished(forked(await fork(harness, id, 'all/1/work')));
    expect(made).toEqual([2, 3]);
  });

  it('leaves the run it comes from as it was, and never undoes what it inherited', async () => {
    const undone: string[] = [];
    const fails = { isOn: false };
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        const at = ctx.runId;
        await ctx.step('book', () => 'booked', { undo: () => void undone.push(`${at}/book`) });
        await ctx.step('pay', () => 'paid', { undo: () => void undone.push(`${at}/pay`) });
        await ctx.step('end', () => {
          if (fails.isOn) throw new Error('no');
        });
      }),
    ]);
    const id = await harness.start('subject');
    await harness.finished(id);
    const before = [harness.run(id), harness.steps(id), harness.events(id)];
    undone.length = 0;
    fails.isOn = true;
    const copy = forked(await fork(harness, id, 'pay'));
    expect((await harness.finished(copy)).status).toBe('failed');
    expect(undone).toEqual([`${copy}/pay`]);
    expect([harness.run(id), harness.steps(id), harness.events(id)]).toEqual(before);
  });

  it('inherits nothing that was undone, nor what was begun after it, and begins there', async () => {
    const made: string[] = [];
    const fails = { isOn: true };
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('look', () => void made.push('look'));
        await ctx.step('book', () => void made.push('book'), { undo: () => void made.push('unbook') });
        await ctx.step('mail', () => void made.push('mail'));
        await ctx.step('end', () => {
          if (fails.isOn) throw new Error('no');
        });
      }),
    ]);
    const id = await harness.start('subject');
    await harness.finished(id);
    expect(made).toEqual(['look', 'book', 'mail', 'unbook']);
    made.length = 0;
    fails.isOn = false;
    const copy = forked(await fork(harness, id, 'end'));
    expect((await harness.finished(copy)).status).toBe('completed');
    expect(made).toEqual(['book', 'mail']);
    expect(harness.run(copy).forked_from_key).toBe('book');
    expect(await fork(harness, id, 'undo/book')).toEqual({ kind: 'no_such_step' });
  });

  it('has the uuids of the run it comes from in the end, so that what it kept still fits', async () => {
    const seen: string[] = [];
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        const customer = ctx.uuid('customer');
        seen.push(customer);
        await ctx.step('reserve', () => 'R1', { input: { customer } });
        await ctx.step('mail', () => 'sent');
      }),
    ]);
    const id = await harness.start('subject');
    await harness.finished(id);
    const copy = forked(await fork(harness, id, 'mail'));
    expect((await harness.finished(copy)).status).toBe('completed');
    const second = forked(await fork(harness, copy, 'mail'));
    expect((await harness.finished(second)).status).toBe('completed');
    expect(new Set(seen).size).toBe(1);
    await harness.finished(await harness.start('subject'));
    expect(new Set(seen).size).toBe(2);
  });

  it('asks a person anew where the answer lies behind the named step, and keeps it where it lies before', async () => {
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        const first = await ctx.human('First?', { key: 'first' });
        const second = await ctx.human('Second?', { key: 'second' });
        return [first, second];
      }),
    ]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.answer(harness.wait(id).id, 1);
    await harness.until(id, 'waiting');
    const waiting = forked(await fork(harness, id, 'second'));
    await harness.until(waiting, 'waiting');
    await harness.answer(harness.wait(id).id, 2);
    await harness.answer(harness.wait(waiting).id, 3);
    expect((await harness.finished(id)).output).toBe('[1,2]');
    expect((await harness.finished(waiting)).output).toBe('[1,3]');
  });

  it('asks for an approval of its own for a call that it makes itself, and keeps that of one it inherited', async () => {
    const calls: string[] = [];
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.tool('pay', { n: 1 }, { key: 'first' });
        await ctx.tool('pay', { n: 2 }, { key: 'second' });
      }),
    ]);
    harness.equip(
      defineTool({
        id: 'pay',
        description: 'd',
        input: z.any(),
        output: z.any(),
        effect: 'once',
        confirm: true,
        run: async (_input, call) => {
          calls.push(call.idempotencyKey);
          return { success: true, data: null };
        },
      }),
    );
    const id = await harness.start('subject');
    for (let approvals = 0; approvals < 2; approvals += 1) {
      await harness.until(id, 'waiting');
      await harness.answer(harness.wait(id).id, { verdict: 'approved' });
      await harness.settle();
    }
    await harness.finished(id);
    const copy = forked(await fork(harness, id, 'second'));
    await harness.until(copy, 'waiting');
    expect(calls).toEqual([`${id}/first`, `${id}/second`]);
    await harness.answer(harness.wait(copy).id, { verdict: 'approved' });
    await harness.finished(copy);
    expect(calls.at(-1)).toBe(`${copy}/second`);
    expect(calls).toHaveLength(3);
  });

  it('is one run for one idempotency key, and refuses what does not exist', async () => {
    await using harness = await Harness.open([pipeline((ctx) => ctx.step('a', () => 1))]);
    const id = await harness.start('subject');
    await harness.finished(id);
    const first = await fork(harness, id, 'a', 'k');
    expect(await fork(harness, id, 'a', 'k')).toEqual({ kind: 'existing', runId: forked(first) });
    expect(await fork(harness, id, 'b', 'k')).toMatchObject({ kind: 'key_reused' });
    expect(await fork(harness, id, 'nowhere')).toEqual({ kind: 'no_such_step' });
    expect(await fork(harness, harness.newId(), 'a')).toEqual({ kind: 'not_found' });
    await harness.settle();
  });
});

describe('a fork, hard cases', () => {
  it('a fork from a call of an agent keeps the turn that asked for it', async () => {
    const calls: unknown[] = [];
    const count = loaded(
      defineTool({
        id: 'count',
        description: 'd',
        input: z.any(),
        output: z.any(),
        effect: 'once',
        run: async (i) => {
          calls.push(i);
          return { success: true as const, data: 1 };
        },
      }),
    );
    const model = new PlayedModel((r, n) =>
      r.messages.some((m) => m.role === 'tool')
        ? done
        : {
            tools: [
              ['count', { a: n }],
              ['count', { b: n }],
            ],
          },
    );
    await using harness = await openWithAgents([pipeline((ctx) => ctx.agent('helper', {}))], model, { tools: [count] });
    const id = await harness.start('subject');
    await harness.finished(id);
    const copy = await harness.fork(id, 'helper/turn-1/count-2');
    const run = await harness.until(copy, 'waiting', 'completed', 'needs_attention', 'failed');
    expect([run.status, calls.length, model.requests.length]).toEqual(['completed', 3, 3]);
  });

  it('a fork of a run that is being undone keeps nothing that is about to be undone', async () => {
    const undone: string[] = [];
    const gate = Promise.withResolvers<void>();
    const made: string[] = [];
    const subject = pipeline(async (ctx) => {
      await ctx.step('a', () => made.push('a'), { undo: () => void undone.push('a') });
      await ctx.step('b', () => made.push('b'), {
        undo: async () => {
          await gate.promise;
          undone.push('b');
        },
      });
      await ctx.step('c', () => {
        if (made.length < 3) throw new Error('no');
      });
    });
    await using harness = await Harness.open([subject]);
    const id = await harness.start('subject');
    await harness.until(id, 'undoing');
    const copy = await harness.fork(id, 'c');
    gate.resolve();
    await harness.finished(id);
    expect(undone).toEqual(['b', 'a']);
    expect(harness.run(copy).forked_from_key).toBe('a');
  });

  it('a fork from before origins were noted keeps the uuids it began with', async () => {
    const seen: string[] = [];
    const subject = pipeline(async (ctx) => {
      await ctx.step('a', () => 1);
      seen.push(ctx.uuid('id'));
      await ctx.step('b', () => 1);
      await ctx.human('ok?', { key: 'q' });
    });
    await using harness = await Harness.open([subject]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    const copy = await harness.fork(id, 'b');
    await harness.until(copy, 'waiting');
    harness.database.sqlite.prepare('UPDATE runs SET origin_run = NULL WHERE id = ?').run(copy);
    harness.replaceWorker();
    await harness.engine.wake(copy);
    await harness.settle();
    const [ofRun, ofFork, ofOldFork] = seen;
    expect(ofFork).toBe(ofRun);
    // Derived from the fork's own id, as it was then.
    expect(ofOldFork).not.toBe(ofRun);
  });
});

describe('a fork, and what a person said in the run it comes from', () => {
  it('a fork from a confirmed call asks for an approval of its own', async () => {
    const calls: unknown[] = [];
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('pay', { n: 1 }, { key: 'call' }))]);
    harness.equip(payTool(calls));
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.advance(10);
    await harness.answer(harness.wait(id).id, { verdict: 'approved' });
    await harness.finished(id);
    const copy = await harness.fork(id, 'call');
    const run = await harness.until(copy, 'waiting', 'completed', 'failed');
    expect([run.status, calls.length]).toEqual(['waiting', 1]);
  });

  it("a fork from an agent's confirmed call keeps its turn and asks for an approval of its own", async () => {
    const calls: unknown[] = [];
    const pay = loaded(payTool(calls, { input: z.any() }));
    const model = new PlayedModel((_r, n) => (n === 0 ? { tools: [['pay', { n: 1 }]] } : done));
    await using harness = await openWithAgents([pipeline((ctx) => ctx.agent('helper', {}))], model, { tools: [pay] });
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.advance(10);
    await harness.answer(harness.wait(id).id, { verdict: 'approved' });
    await harness.finished(id);
    const copy = await harness.fork(id, 'helper/turn-1/pay-1');
    const run = await harness.until(copy, 'waiting', 'completed');
    expect([run.status, calls.length]).toEqual(['waiting', 1]);
  });

  it('a fork from an approved call asks for a new approval', async () => {
    const log: string[] = [];
    await using harness = await Harness.open([pipeline((ctx) => ctx.tool('probe', { n: 1 }, { key: 'call' }))]);
    harness.equip(probeTool(log, { confirm: true }));
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.answer(harness.wait(id).id, { verdict: 'approved' });
    await harness.finished(id);
    const copy = harness.newId();
    await harness.intake.fork({ id: copy, runId: id, stepKey: 'call', actor: 'owner', at: harness.clock.now() });
    await harness.engine.wake(copy);
    await harness.settle();
    expect(harness.run(copy).status).toBe('waiting');
    expect(log).toHaveLength(1);
  });

  it('an outcome answered run_again in one run is no order for its fork', async () => {
    const log: string[] = [];
    let hang = true;
    const p = pipeline((ctx) =>
      Promise.all([
        ctx.tool('probe', {}, { key: 'call' }),
        (async () => {
          await ctx.human('x?', { key: 'q' });
          await ctx.step('later', () => 1);
        })(),
      ]),
    );
    await using harness = await Harness.open([p]);
    harness.equip(
      probeTool(log, {
        run: async (_i: unknown, call: { idempotencyKey: string }) => {
          log.push(call.idempotencyKey);
          if (hang) await new Promise(() => undefined);
          return { success: true, data: 1 };
        },
      }),
    );
    const id = await harness.start('subject');
    await harness.settle();
    const q = harness.wait(id).id;
    harness.replaceWorker();
    await harness.engine.wake(id);
    await harness.until(id, 'needs_attention');
    const outcome = harness.wait(id).id;
    expect(outcome).not.toBe(q);
    await harness.answer(outcome, { decision: 'run_again' });
    await harness.advance(1000);
    await harness.answer(q, 1);
    await harness.advance(1000);
    expect(log).toHaveLength(2);
    const copy = harness.newId();
    await harness.intake.fork({ id: copy, runId: id, stepKey: 'later', actor: 'owner', at: harness.clock.now() });
    await harness.engine.wake(copy);
    await harness.settle();
    expect(log.filter((k) => k.startsWith(copy))).toHaveLength(1);
    harness.replaceWorker();
    await harness.engine.wake(copy);
    await harness.advance(1000);
    expect([harness.run(copy).status, log.filter((k) => k.startsWith(copy)).length]).toEqual(['needs_attention', 1]);
  });

  it('a fork at a question asks anew', async () => {
    const tools = createShippedTools({ enabled: new Set(), version: '0' });
    await using harness = await Harness.open([
      pipeline((ctx) => ctx.tool('ask-human', { question: 'Which?' }, { key: 'ask' })),
    ]);
    for (const { tool } of tools) harness.equip(tool);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.advance(10);
    await harness.answer(harness.wait(id).id, 'left');
    await harness.finished(id);
    const copy = await harness.fork(id, 'ask');
    expect((await harness.until(copy, 'waiting', 'completed')).status).toBe('waiting');
  });
});
