/**
 * The shipped pipeline with a step between its two agents, which lasts until the worker was killed in it. Without it a
 * kill would meet now the one agent at work, now the other, and the demo would tell another story each time.
 */

import { definePipeline } from 'perdure';
import planAndReview from '../../../pipelines/plan-and-review.ts';
import { handOver } from '../hand-over.ts';

export default definePipeline({
  ...planAndReview,
  async run(ctx, input) {
    return await planAndReview.run(
      {
        ...ctx,
        async review(subject, options) {
          await ctx.step('hand-over', async () => await handOver(ctx.runId));
          return await ctx.review(subject, options);
        },
      },
      input,
    );
  },
});
