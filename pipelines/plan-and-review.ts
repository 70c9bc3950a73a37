/**
 * A plan that has been through a review. The planner writes it, the reviewer judges it; a plan that is sent back is
 * written anew with the feedback, at most twice. With its rounds used up it returns the last plan and its review:
 * nobody goes away with nothing.
 */

import { definePipeline, z } from 'perdure';

const reworkRounds = 2;

type Plan = Record<string, unknown>;

export default definePipeline({
  id: 'plan-and-review',
  description: 'Plans what the prompt asks for, has the plan reviewed, and reworks it up to twice.',
  input: z.strictObject({ prompt: z.string().min(1).max(100_000) }),
  output: z.object({
    plan: z.record(z.string(), z.unknown()),
    review: z.unknown(),
    verdict: z.enum(['approved', 'changes_requested']),
    rounds: z.int(),
    steps: z
      .object({ plan: z.string(), review: z.string() })
      .describe('Keys of the steps that made the plan and its review.'),
  }),
  async run(ctx, { prompt }) {
    const firstPlan = await ctx.agent<Plan>('planner', { prompt });
    const reviewed = await ctx.review(firstPlan, {
      key: 'review',
      by: 'agent',
      reviewer: 'reviewer',
      present: (plan) => ({ prompt, plan }),
      maxRounds: reworkRounds,
      redo: (review, round, previousPlan) =>
        round.agent<Plan>('planner', { prompt, previousPlan, feedback: review.feedback }),
      onExhausted: 'return',
    });
    const rounds = reviewed.rounds.length;
    const last = reviewed.rounds.at(-1);
    return {
      plan: reviewed.subject,
      review: last?.review ?? null,
      verdict: reviewed.verdict,
      rounds,
      steps: {
        plan: rounds === 1 ? 'planner' : `review/${rounds}/planner`,
        review: last?.stepKey ?? 'review',
      },
    };
  },
});
