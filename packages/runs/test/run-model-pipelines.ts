/** The pipelines of the run model, as one worker has them: what their steps do is a job that the model ends. */

import { definePipeline, type DurableContext, type PipelineDefinition, type StepAttempt } from '@perdure/contract';
import { z } from 'zod';
import type { DriverDeps } from '../src/drive/driver.ts';
import { loaded } from './agent-harness.ts';
import { agentsOf, done, jobOf, toolsOf, type Hands } from './run-model-tools.ts';

export const pipelineIds = ['agent', 'fan-out', 'review', 'sleeper', 'parent', 'undo', 'payments', 'together'] as const;

type Body = (ctx: DurableContext) => Promise<unknown>;
type Bodies<Id extends string> = Readonly<Record<Id, Body>>;

/** All that a worker is made of. */
export function codeOf(hands: Hands): Pick<DriverDeps, 'pipelines' | 'tools' | 'agents'> {
  const tools = toolsOf(hands).map((tool) => loaded(tool).tool);
  const bodies: Bodies<(typeof pipelineIds)[number] | 'child'> = {
    ...plainBodies,
    ...laborious(hands),
    ...undoable(hands),
  };
  const pipelines = new Map<string, PipelineDefinition>(
    Object.entries(bodies).map(([id, run]) => [
      id,
      definePipeline({ id, description: 'd', input: z.any(), output: z.any(), run }),
    ]),
  );
  return {
    pipelines: (id) => pipelines.get(id),
    tools: (id) => tools.find((tool) => tool.id === id),
    agents: agentsOf(hands),
  };
}

const pay = (ctx: DurableContext, key: string, tool = 'pay') => ctx.tool<number>(tool, { n: 1 }, { key });

const plainBodies = {
  agent: async (ctx: DurableContext) => {
    await ctx.agent('helper', {}, { key: 'first' });
    return await ctx.agent('helper', {}, { key: 'second' });
  },
  'fan-out': (ctx: DurableContext) =>
    ctx.map(
      ['a', 'b', 'c'],
      async (item, inner) => {
        if (item === 'a') return await pay(inner, 'call', 'check');
        return await inner.agent('helper', { item });
      },
      { key: 'all', concurrency: 2 },
    ),
  payments: async (ctx: DurableContext) => {
    await pay(ctx, 'first');
    await pay(ctx, 'second', 'wire');
    await pay(ctx, 'third', 'check');
    await pay(ctx, 'fourth', 'note');
  },
} satisfies Partial<Bodies<string>>;

const worker =
  (hands: Hands) =>
  async ({ idempotencyKey }: StepAttempt): Promise<string> => {
    const { how } = await done(hands, { kind: 'step', id: idempotencyKey });
    if (how === 'badly' || how === 'broken') throw new Error('as told');
    return how;
  };

/** Pipelines with steps that take their time, and may fail. */
function laborious(hands: Hands) {
  const work = worker(hands);
  return {
    review: async (ctx: DurableContext) => {
      const redo = (_answer: unknown, inner: DurableContext) => inner.step('draft', work);
      const options = { key: 'review', by: 'human', maxRounds: 1, redo, onExhausted: 'fail' } as const;
      return await ctx.review(await ctx.step('draft', work), options);
    },
    sleeper: async (ctx: DurableContext) => {
      await ctx.sleep('nap', 10_000);
      await ctx.human('Go on?', { key: 'go', timeoutMs: 20_000 });
      return await ctx.step('last', work);
    },
    parent: async (ctx: DurableContext) => {
      const [kid] = await Promise.all([ctx.run('child', {}, { key: 'kid' }), ctx.step('beside', work)]);
      return kid;
    },
    together: (ctx: DurableContext) =>
      Promise.all([
        pay(ctx, 'one', 'check'),
        pay(ctx, 'two').then(() => ctx.step('then', work)),
        ctx.human('Well?', { key: 'three' }).then(() => pay(ctx, 'four', 'wire')),
        ctx.step('slow', work),
      ]),
  } satisfies Partial<Bodies<string>>;
}

/** Pipelines that arm something. */
function undoable(hands: Hands) {
  const work = worker(hands);
  const undo = (_result: unknown, { idempotencyKey }: StepAttempt): void => {
    hands.jobs.begin(jobOf(hands, { kind: 'undo', id: idempotencyKey.replace('/undo/', '/') }));
    if (idempotencyKey.endsWith('/c')) throw new Error('cannot be undone');
  };
  return {
    child: async (ctx: DurableContext) => {
      await ctx.step('a', () => 1, { undo });
      await ctx.human('And now?', { key: 'now' });
      return await pay(ctx, 'call');
    },
    undo: async (ctx: DurableContext) => {
      await ctx.step('a', () => 1, { undo });
      await ctx.tool('pay', { n: 1 }, { key: 'b', undo });
      await ctx.step('c', work, { undo });
      await ctx.run('child', {}, { key: 'd', undo });
    },
  } satisfies Partial<Bodies<string>>;
}
