/** A step of a run as it is seen from outside. */

import { z } from 'zod';
import { errorRecordSchema } from '../errors/schema.ts';
import { timestampSchema } from '../values/timestamp.ts';
import { runSchema } from './schema.ts';

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
  startedAt: timestampSchema,
  endedAt: timestampSchema.optional(),
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

/** `GET /runs/{id}` answers a run, or for a step id the step. */
export const runOrStepSchema = z.union([runSchema, stepSchema]);
