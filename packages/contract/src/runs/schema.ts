/** A run, its steps and its events as they are seen from outside. Times are ISO UTC with milliseconds. */

import { z } from 'zod';
import { errorCatalogue, type ErrorCode } from '../errors.ts';
import { nameSchema, runIdSchema } from '../ids.ts';
import { runStatuses, waitKinds } from './status.ts';

const timestamp = z.iso.datetime({ precision: 3 });

export const errorRecordSchema = z.object({
  code: z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});

/** Tokens of a model turn, as the provider counted them. */
export const usageSchema = z.object({ inputTokens: z.int(), outputTokens: z.int() });
export type Usage = z.infer<typeof usageSchema>;

/** See `Budget`. At least one limit. */
export const budgetSchema = z
  .strictObject({
    tokens: z.int().min(1).optional(),
    turns: z.int().min(1).optional(),
    minutes: z.number().positive().optional(),
  })
  .refine((budget) => Object.keys(budget).length > 0, 'a budget names tokens, turns or minutes');

export const runSchema = z.object({
  id: runIdSchema,
  pipeline: nameSchema,
  status: z.enum(runStatuses),
  /** Present while `status` is `waiting`. */
  waitingFor: z.object({ kind: z.enum(waitKinds), until: timestamp.optional() }).optional(),
  input: z.unknown(),
  /** Present when `status` is `completed`. */
  output: z.unknown().optional(),
  /** Present when `status` is `failed`, `undoing` or `needs_attention`; of one that was `cancelled` what could not be taken back. */
  error: errorRecordSchema.optional(),
  parent: z.object({ runId: runIdSchema, stepKey: z.string() }).optional(),
  /** The run whose steps before `stepKey` this one began with. */
  forkedFrom: z.object({ runId: runIdSchema, stepKey: z.string() }).optional(),
  createdAt: timestamp,
  updatedAt: timestamp,
  endedAt: timestamp.optional(),
  /** How often this run was found unfinished without a driver and taken up again. */
  recoveries: z.int(),
  usage: usageSchema,
});
export type Run = z.infer<typeof runSchema>;

/** A run in a list: without its input and output, which may be large. */
export const runSummarySchema = runSchema.omit({ input: true, output: true });
export type RunSummary = z.infer<typeof runSummarySchema>;

export const stepKinds = [
  'step',
  'sleep',
  'now',
  'run',
  'agent',
  'turn',
  'tool',
  'review',
  'map',
  'item',
  'human',
  'undo',
] as const;
export type StepKind = (typeof stepKinds)[number];

export const stepStatuses = ['started', 'done', 'failed'] as const;
export type StepStatus = (typeof stepStatuses)[number];

export const stepSchema = z.object({
  /** `<run>/<key>`. */
  id: z.string(),
  key: z.string(),
  kind: z.enum(stepKinds),
  status: z.enum(stepStatuses),
  /** Place in the order in which steps were first recorded. */
  seq: z.int(),
  attempt: z.int(),
  startedAt: timestamp,
  endedAt: timestamp.optional(),
  /** Whether an undo was armed before the step ran. */
  undoable: z.boolean(),
  result: z.unknown().optional(),
  /** Bytes of a result that a list leaves out because it is large; `GET /runs/<id of the step>` has it. */
  resultBytes: z.int().optional(),
  error: errorRecordSchema.optional(),
  /** Facts by kind: agent and its content hash, model, usage, latency, tool and its arguments, child run. */
  detail: z.record(z.string(), z.unknown()).optional(),
});
export type Step = z.infer<typeof stepSchema>;

/**
 * Why a person is asked. `question`: a pipeline or an agent wants to know; `approval`: a tool may not be called without one; `outcome`:
 * nobody knows whether an interrupted tool call took effect, and the run stands still until it is told.
 */
export const waitPurposes = ['question', 'approval', 'outcome'] as const;
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
  askedAt: timestamp,
  /** After this the question fails by itself. */
  expiresAt: timestamp.optional(),
  /** Present once somebody has answered; nobody can a second time. */
  answered: z.object({ answer: z.unknown(), by: z.string(), at: timestamp }).optional(),
});
export type Wait = z.infer<typeof waitSchema>;
