/** 5 to 30 steps of every kind, by seed: what the kill loop keeps in flight. */

import { definePipeline, z } from 'perdure';
import { make } from '../make-move.ts';
import { movesOf } from '../moves.ts';

export default definePipeline({
  id: 'chaos-mix',
  description: 'Plain steps, effects, tools, sleeps, agents and child runs, chosen by a seed.',
  input: z.object({ seed: z.int() }),
  output: z.object({ moves: z.int() }),
  async run(ctx, { seed }) {
    const moves = movesOf(seed);
    for (const [index, move] of moves.entries()) await make(ctx, `${index}-${move.kind}`, move);
    return { moves: moves.length };
  },
});
