/**
 * A brief on a topic that a person has approved. The topic becomes questions, each question has a researcher of its
 * own, an editor merges the answers, and what the person sends back is edited anew with the feedback, at most twice.
 * There are no tools: the researchers work from what the model knows and say how sure they are. With its rounds used up
 * it returns the last brief.
 */

import { definePipeline, z } from 'perdure';

const reworkRounds = 2;
const confidences = ['high', 'medium', 'low'] as const;

interface QuestionPlan {
  /** The most important first. */
  readonly researchQuestions: readonly { readonly question: string; readonly purpose: string }[];
}

interface Answer {
  readonly confidence: (typeof confidences)[number];
}

interface Edition {
  readonly brief: Record<string, unknown>;
  readonly changes: readonly unknown[];
}

export default definePipeline({
  id: 'research-brief',
  description:
    'Takes a topic apart into questions, answers each, and merges the answers into a brief that a person reviews.',
  input: z.strictObject({
    topic: z.string().trim().min(1).max(10_000).describe('What the brief is about; a question is best.'),
    audience: z.string().trim().min(1).max(1_000).default('A capable reader who is new to the topic'),
    maxQuestions: z.int().min(1).max(10).default(5),
    review: z.enum(['human', 'none']).default('human').describe('Whether a person approves the brief.'),
  }),
  output: z.object({
    brief: z.record(z.string(), z.unknown()),
    verdict: z.enum(['approved', 'changes_requested']).describe('Without a review: approved.'),
    rounds: z.int().describe('How many versions of the brief were written.'),
    questions: z.array(
      z.object({
        question: z.string(),
        confidence: z.enum(confidences),
        step: z.string().describe('Key of the step that answered it.'),
      }),
    ),
    steps: z
      .object({ questions: z.string(), brief: z.string(), review: z.string().nullable() })
      .describe('Keys of the steps that made the questions, the brief and its last review.'),
  }),
  async run(ctx, { topic, audience, maxQuestions, review }) {
    const planned = await ctx.agent<QuestionPlan>('question-planner', { topic, audience, maxQuestions });
    const questions = planned.researchQuestions.slice(0, maxQuestions);
    const answered = await ctx.map(
      questions,
      async ({ question, purpose }, item, index) => {
        const answer = await item.agent<Answer>('researcher', { topic, audience, question, purpose });
        return { number: index + 1, question, ...answer };
      },
      { key: 'answers' },
    );
    const material = { topic, audience, answers: answered };
    const firstEdition = await ctx.agent<Edition>('brief-editor', material);
    const reviewed = await ctx.review(firstEdition, {
      key: 'brief',
      by: review,
      question: `Do you approve this brief on "${topic}"?`,
      present: ({ brief, changes }) => ({ topic, brief, changes }),
      maxRounds: reworkRounds,
      redo: ({ feedback }, round, { brief }) =>
        round.agent<Edition>('brief-editor', { ...material, previousBrief: brief, feedback }),
      onExhausted: 'return',
    });
    const rounds = reviewed.rounds.length;
    return {
      brief: reviewed.subject.brief,
      verdict: reviewed.verdict,
      rounds,
      questions: answered.map(({ question, confidence }, index) => ({
        question,
        confidence,
        step: `answers/${index}/researcher`,
      })),
      steps: {
        questions: 'question-planner',
        brief: rounds === 1 ? 'brief-editor' : `brief/${rounds}/brief-editor`,
        review: reviewed.rounds.at(-1)?.stepKey ?? null,
      },
    };
  },
});
