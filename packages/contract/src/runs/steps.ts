/**
 * A step of a run as it is seen from outside. On the wire it is flat, with `detail` as any object; who has read it has
 * a union by `kind` and by `status`.
 */

import { z } from 'zod';
import { errorRecordSchema } from '../errors/schema.ts';
import { timestampSchema } from '../values/timestamp.ts';
import { runSchema } from './schema.ts';
import { problemOfFacts, type StepFactsByKind } from './step-facts.ts';
import { stepKinds, type StepKind } from './step-kinds.ts';
import type { StepState } from './step-state.ts';

export const stepStatuses = ['started', 'done', 'failed'] as const;
export type StepStatus = (typeof stepStatuses)[number];

const flatStepSchema = z.object({
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
/** A step as it travels, its facts not looked at yet. */
export type WireStep = z.infer<typeof flatStepSchema>;

/** Of the kinds without a mandatory fact `detail` is absent where there is none. */
type ShownFacts = {
  readonly [K in StepKind]: { readonly kind: K } & (null extends StepFactsByKind[K]
    ? { readonly detail?: NonNullable<StepFactsByKind[K]> }
    : { readonly detail: StepFactsByKind[K] });
}[StepKind];

/** A step that was read. */
export type Step = Readonly<Pick<WireStep, 'id' | 'key' | 'seq' | 'attempt' | 'startedAt' | 'undoable'>> &
  ShownFacts &
  StepState<string, Pick<WireStep, 'result' | 'resultBytes'>>;
export type StepOfKind<K extends StepKind> = Extract<Step, { readonly kind: K }>;

/** Nothing is changed by parsing: what `detail` holds beyond what is known of its kind is still there. */
export const stepSchema = flatStepSchema.superRefine(({ kind, status, detail, endedAt, error }, check) => {
  const refuse = (message: string): void =>
    check.addIssue({ code: 'custom', message: `A step is recorded ${message}.` });
  const problem = problemOfFacts(kind, detail);
  if (problem !== undefined) refuse(`as "${kind}" ${problem}`);
  if (status !== 'started' && endedAt === undefined) refuse(`as ${status} without its end`);
  if (status === 'failed' && error === undefined) refuse('as failed without its error');
}) as unknown as z.ZodType<Step, WireStep>;

/** `GET /runs/{id}` answers a run, or for a step id the step. */
export const runOrStepSchema = z.union([runSchema, stepSchema]);
