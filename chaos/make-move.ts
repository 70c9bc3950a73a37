/** A move as calls of the durable context. */

import type { DurableContext, StepAttempt } from 'perdure';
import { actAsStep, type Effect } from './effects-client.ts';
import type { Move } from './moves.ts';

type MoveOf<K extends Move['kind']> = Extract<Move, { kind: K }>;

/** Resolves when it is done; a child run that was told to fail counts as done. */
export async function make(ctx: DurableContext, key: string, move: Move): Promise<void> {
  switch (move.kind) {
    case 'plain':
      await ctx.step(key, () => ({ plain: true }));
      return;
    case 'effect':
      return await effect(ctx, key, move);
    case 'armed':
      await ctx.step(key, async (attempt) => await actAsStep(attempt, move.holdMs), { undo: takeBack });
      return;
    case 'armed-charge':
      await ctx.tool<Effect>('charge', move.timing, { key, undo: takeBack });
      return;
    case 'charge':
    case 'send':
    case 'ship':
      await ctx.tool(move.kind, move.timing, { key });
      return;
    case 'look':
      await ctx.tool('look', {}, { key });
      return;
    case 'sends':
      await ctx.map(move.timings, async (timing, item) => await item.tool('send', timing, { key: 'send' }), { key });
      return;
    case 'sleep':
      await ctx.sleep(key, move.ms);
      return;
    case 'planner':
      await ctx.agent('planner', { prompt: `Plan ${key}.` }, { key });
      return;
    case 'clerk':
      await ctx.agent('clerk', { order: key }, { key });
      return;
    case 'child':
      return await child(ctx, key, move);
    default:
      move satisfies never;
  }
}

async function effect(ctx: DurableContext, key: string, { isFlaky, holdMs }: MoveOf<'effect'>): Promise<void> {
  await ctx.step(
    key,
    async (attempt) => {
      if (isFlaky && attempt.attempt === 1) throw new Error('the first attempt of this step always fails');
      return await actAsStep(attempt, holdMs);
    },
    { retry: { attempts: 5, delayMs: 100 } },
  );
}

async function child(ctx: DurableContext, key: string, { seed, fails }: MoveOf<'child'>): Promise<void> {
  try {
    await ctx.run('chaos-child', { seed, fails }, { key });
  } catch (error) {
    if (!fails) throw error;
  }
}

async function takeBack(_effect: Effect | undefined, attempt: StepAttempt): Promise<Effect> {
  return await actAsStep(attempt, 20);
}
