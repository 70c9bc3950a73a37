/** Many short steps: a run that is always in flight and shows at once whether it goes on. */

import { setTimeout as delay } from 'node:timers/promises';
import { definePipeline, z } from 'perdure';

export default definePipeline({
  id: 'chaos-ticks',
  description: 'Steps of 200 ms, as many as asked for.',
  input: z.object({ ticks: z.int() }),
  output: z.object({ ticks: z.int() }),
  async run(ctx, { ticks }) {
    for (let n = 1; n <= ticks; n += 1) await ctx.step(`tick-${n}`, async () => await delay(200, n));
    return { ticks };
  },
});
