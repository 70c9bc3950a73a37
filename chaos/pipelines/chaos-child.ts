/**
 * A child run of a few effects. One that is told to fail does so behind its last effect and has to take back those that
 * were armed.
 */

import { definePipeline, z } from 'perdure';
import { make } from '../make-move.ts';
import { childMovesOf } from '../moves.ts';

export default definePipeline({
  id: 'chaos-child',
  description: 'A few effects, taken back when the run is told to fail.',
  input: z.object({ seed: z.int(), fails: z.boolean() }),
  output: z.object({ effects: z.int() }),
  async run(ctx, { seed, fails }) {
    const moves = childMovesOf(seed);
    for (const [index, move] of moves.entries()) await make(ctx, `${index}-${move.kind}`, move);
    if (fails) throw new Error('this child was told to fail');
    return { effects: moves.length };
  },
});
