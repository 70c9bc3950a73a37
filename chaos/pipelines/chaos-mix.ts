/** 5 to 30 steps of every kind, by seed: what the kill loop keeps in flight. */

import { definePipeline, z, type DurableContext } from 'perdure';
import { callEffects } from '../call-effects.ts';
import { movesOf, type Move } from '../moves.ts';

export default definePipeline({
  id: 'chaos-mix',
  description: 'Plain steps, effects, sleeps, agent turns and child runs, chosen by a seed.',
  input: z.object({ seed: z.int() }),
  output: z.object({ moves: z.int() }),
  async run(ctx, { seed }) {
    const moves = movesOf(seed);
    for (const [index, move] of moves.entries()) await make(ctx, `${index}-${move.kind}`, move);
    return { moves: moves.length };
  },
});

async function make(ctx: DurableContext, key: string, move: Move): Promise<void> {
  switch (move.kind) {
    case 'plain':
      await ctx.step(key, () => ({ plain: true }));
      return;
    case 'effect':
      await ctx.step(
        key,
        async (attempt) => {
          if (move.isFlaky && attempt.attempt === 1) throw new Error('the first attempt of this step always fails');
          return await callEffects(attempt, move.holdMs);
        },
        { retry: { attempts: 5, delayMs: 100 } },
      );
      return;
    case 'armed':
      await ctx.step(key, async (attempt) => await callEffects(attempt, move.holdMs), {
        undo: async (_result, attempt) => await callEffects(attempt, 20),
      });
      return;
    case 'sleep':
      await ctx.sleep(key, move.ms);
      return;
    case 'agent':
      await ctx.agent('planner', { prompt: `Plan ${key}.` }, { key });
      return;
    case 'child':
      await child(ctx, key, move);
      return;
    default:
      move satisfies never;
  }
}

async function child(ctx: DurableContext, key: string, move: Extract<Move, { kind: 'child' }>): Promise<void> {
  try {
    await ctx.run('chaos-child', { seed: move.seed, fails: move.fails }, { key });
  } catch (error) {
    if (!move.fails) throw error;
  }
}
