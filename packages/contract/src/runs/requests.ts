/** What is sent to start, steer and fork a run. */

import { z } from 'zod';
import { nameSchema } from '../values/ids.ts';
import { timestampSchema } from '../values/timestamp.ts';
import { budgetSchema } from './schema.ts';
import { finishedStatuses } from './status.ts';

export const startRunSchema = z.strictObject({
  pipeline: nameSchema,
  input: z.unknown(),
  budget: budgetSchema.optional(),
});
export type StartRunRequest = z.infer<typeof startRunSchema>;

/** Characters in a steering text. */
export const maxSteerLength = 10_000;
export const steerRunSchema = z.strictObject({
  text: z
    .string()
    .max(maxSteerLength, `a steering text has at most ${maxSteerLength} characters`)
    .refine((text) => text.trim() !== '', 'the text is empty: say what the agents should do'),
});

export const pruneRunsSchema = z.strictObject({
  /** What ended earlier is deleted. */
  endedBefore: timestampSchema,
  /** Default: however they ended. */
  status: z.enum(finishedStatuses).optional(),
  /** Runs in one call, those below them not counted; default 50. */
  limit: z.int().min(1).max(100).optional(),
  /** Only tells which they are. */
  dryRun: z.boolean().optional(),
});

export const forkRunSchema = z.strictObject({
  /** Key of the step that the new run does first by itself. */
  from: z.string().min(1).max(1000),
});
