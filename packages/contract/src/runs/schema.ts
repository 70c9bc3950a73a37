/** A run as it is seen from outside. */

import { z } from 'zod';
import { errorRecordSchema } from '../errors/schema.ts';
import { nameSchema, runIdSchema } from '../values/ids.ts';
import { timestampSchema } from '../values/timestamp.ts';
import { holdReasons, runStatuses, waitKinds } from './status.ts';

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
  waitingFor: z
    .object({
      kind: z.enum(waitKinds),
      until: timestampSchema.optional(),
      /** `server/model` that is away, since when, and why. */
      model: z.string().optional(),
      since: timestampSchema.optional(),
      reason: z.string().optional(),
    })
    .optional(),
  /** Present while it is `paused` because a start held it; nothing but a resume lets it go on. */
  held: z.enum(holdReasons).optional(),
  input: z.unknown(),
  /** Present when `status` is `completed`. */
  output: z.unknown().optional(),
  /**
   * Present when `status` is `failed`, `undoing` or `needs_attention`; of one that was `cancelled` what could not be
   * taken back.
   */
  error: errorRecordSchema.optional(),
  parent: z.object({ runId: runIdSchema, stepKey: z.string() }).optional(),
  /** The run whose steps before `stepKey` this one began with. */
  forkedFrom: z.object({ runId: runIdSchema, stepKey: z.string() }).optional(),
  createdAt: timestampSchema,
  updatedAt: timestampSchema,
  endedAt: timestampSchema.optional(),
  /** How often this run was found unfinished without a driver and taken up again. */
  recoveries: z.int(),
  usage: usageSchema,
});
export type Run = z.infer<typeof runSchema>;

/** A run in a list: without its input and output, which may be large. */
export const runSummarySchema = runSchema.omit({ input: true, output: true });
export type RunSummary = z.infer<typeof runSummarySchema>;
