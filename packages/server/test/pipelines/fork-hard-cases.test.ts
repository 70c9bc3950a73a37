import { definePipeline, defineTool, type DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Harness } from './harness.ts';
import { openWithAgents, PlayedModel, loaded, type Said } from './agent-harness.ts';
const pipeline = (run: (ctx: DurableContext) => Promise<unknown>, id = 'subject') =>
  definePipeline({ id, description: 'd', input: z.any(), output: z.any(), run });
const done: Said = { answer: { answer: 'done' } };
describe('fork, hard cases', () => {
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
