/**
 * The smoke test: no model, two steps and a nap. If this completes, engine, worker, server and record work together.
 */

import { definePipeline, z } from 'perdure';

export default definePipeline({
  id: 'hello',
  description: 'Greets somebody. Uses no model: the smoke test of an installation.',
  input: z.strictObject({
    name: z.string().min(1).max(200).default('world'),
    napMs: z.int().min(0).max(86_400_000).default(50).describe('How long to sleep between the steps, in milliseconds.'),
  }),
  output: z.object({ greeting: z.string(), startedAt: z.iso.datetime() }),
  async run(ctx, { name, napMs }) {
    const startedAt = await ctx.now('started-at');
    const greeting = await ctx.step('greet', () => `Hello, ${name}!`);
    await ctx.sleep('nap', napMs);
    ctx.log('rested', { napMs });
    return { greeting, startedAt: new Date(startedAt).toISOString() };
  },
});
