/**
 * One agent by itself, to see what it answers before a pipeline is written around it: `perdure agents run` starts this.
 * A run like any other, so that its turns and tool calls can be watched, read and gone on with.
 */

import { definePipeline, z } from 'perdure';

export default definePipeline({
  id: 'try-agent',
  description: 'Calls one agent and gives its answer; `perdure agents run` starts it.',
  input: z.strictObject({ agent: z.string().min(1), input: z.json() }),
  output: z.json(),
  async run(ctx, { agent, input }) {
    return await ctx.agent(agent, input);
  },
});
