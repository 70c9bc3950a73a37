/** `POST /pipeline`: flat bodies, for clients of the original stack. */

import { z } from 'zod';
import { errorRecordSchema } from '../errors/schema.ts';
import { nameSchema, runIdSchema } from '../values/ids.ts';
import { runStatuses } from './status.ts';

/** Characters in a prompt; more belongs into a file that an agent reads. */
export const maxPromptLength = 100_000;
/** Seconds `POST /pipeline` may be told to wait. */
export const maxWaitSeconds = 600;

export const pipelineRequestSchema = z.strictObject({
  prompt: z
    .string()
    .max(maxPromptLength, `a prompt has at most ${maxPromptLength} characters`)
    .refine((text) => text.trim() !== '', 'the prompt is empty: say what is to be built'),
  pipeline: nameSchema.optional(),
  wait: z.number().min(0).max(maxWaitSeconds).optional(),
});
export type PipelineRequest = z.infer<typeof pipelineRequestSchema>;

/** `plan` and `review` are step ids (`<run>/<key>`), accepted wherever a run id is. */
export const pipelineRunIdsSchema = z.object({
  pipeline: runIdSchema,
  plan: z.string().optional(),
  review: z.string().optional(),
});

export const pipelineDoneSchema = z.object({
  success: z.boolean(),
  plan: z.unknown().optional(),
  review: z.unknown().optional(),
  /** The whole output, for pipelines that have no plan and review. */
  output: z.unknown().optional(),
  error: errorRecordSchema.optional(),
  model: z.string().optional(),
  runIds: pipelineRunIdsSchema,
});
export type PipelineDone = z.infer<typeof pipelineDoneSchema>;

export const pipelineAcceptedSchema = z.object({
  status: z.enum(runStatuses),
  /** Why it is not finished, where there is something to say. */
  error: errorRecordSchema.optional(),
  runIds: pipelineRunIdsSchema,
  statusUrl: z.string(),
});
export type PipelineAccepted = z.infer<typeof pipelineAcceptedSchema>;
