/** Questions to people, and what they answer. */

import { z } from 'zod';
import { timestampSchema } from '../values/timestamp.ts';
import { nameSchema, runIdSchema } from '../values/ids.ts';

/**
 * Why a person is asked. `question`: a pipeline or an agent wants to know; `approval`: a tool may not be called without
 * one; `outcome`: nobody knows whether an interrupted tool call took effect, and the run stands still until it is told;
 * `delegation`: nobody is asked, a member of a family is to do something, and a person may answer in its place.
 */
export const waitPurposes = ['question', 'approval', 'outcome', 'delegation'] as const;
export type WaitPurpose = (typeof waitPurposes)[number];

/** What a person answers to an approval: the same form as to a review. */
export const decisionSchema = z.object({
  verdict: z.enum(['approved', 'changes_requested']),
  feedback: z.string().default('').describe('What must change; empty if approved.'),
});

/** What a person answers about a call whose outcome is not known. */
export const outcomeAnswerSchema = z.discriminatedUnion('decision', [
  z.object({
    decision: z.literal('done').describe('It took effect; the run goes on with this result.'),
    result: z.unknown().optional(),
  }),
  z.object({ decision: z.literal('run_again').describe('It did not take effect, or may take effect twice.') }),
  z.object({
    decision: z.literal('fail').describe('The call counts as failed.'),
    reason: z.string().optional(),
  }),
]);

/** A question to a person. A run that asks is parked until somebody answers, for days if need be. */
export const waitSchema = z.object({
  /** Stable: the same question has the same id after every restart. */
  id: z.string(),
  runId: runIdSchema,
  stepKey: z.string(),
  pipeline: nameSchema,
  purpose: z.enum(waitPurposes),
  question: z.string(),
  /** What the person is to look at. */
  context: z.unknown().optional(),
  /** JSON Schema of the answer; absent where any JSON will do. */
  answerSchema: z.record(z.string(), z.unknown()).optional(),
  askedAt: timestampSchema,
  /** After this the question fails by itself. */
  expiresAt: timestampSchema.optional(),
  /** Present once somebody has answered; nobody can a second time. */
  answered: z.object({ answer: z.unknown(), by: z.string(), at: timestampSchema }).optional(),
});
export type Wait = z.infer<typeof waitSchema>;

export const answerWaitSchema = z.strictObject({ answer: z.unknown() });
