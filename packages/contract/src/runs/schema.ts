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

export const runSchema = z.object({
  id: runIdSchema,
  pipeline: nameSchema,
  status: z.enum(runStatuses),
  /** Present while `status` is `waiting`. */
  waitingFor: z.object({ kind: z.enum(waitKinds), until: timestamp.optional() }).optional(),
  input: z.unknown(),
  /** Present when `status` is `completed`. */
  output: z.unknown().optional(),
  /** Present when `status` is `failed`, `undoing` or `needs_attention`. */
  error: errorRecordSchema.optional(),
  parent: z.object({ runId: runIdSchema, stepKey: z.string() }).optional(),
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
  error: errorRecordSchema.optional(),
  /** Facts by kind: agent and its content hash, model, usage, latency, child run. */
  detail: z.record(z.string(), z.unknown()).optional(),
});
export type Step = z.infer<typeof stepSchema>;

/** A question to a person. A run that asks is parked until somebody answers, for days if need be. */
export const waitSchema = z.object({
  /** Stable: the same question has the same id after every restart. */
  id: z.string(),
  runId: runIdSchema,
  stepKey: z.string(),
  pipeline: nameSchema,
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
