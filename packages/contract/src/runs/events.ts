/** Events of a run: append-only, numbered without gaps from 1, written in the transaction of the change they tell. */

import { z } from 'zod';

/** Each type with one sentence: when it is written and what `data` carries. Literal values are frozen by a pin test. */
export const runEventTypes = {
  'run.queued': 'The run was accepted. data: { pipeline, parent?, forkedFrom? }',
  'run.started': 'The first driver began. data: {}',
  'run.recovered': 'A driver took the run up after another was lost. data: { downMs }',
  'run.waiting': 'The run parked. data: { kind, until? }',
  'run.paused': 'The run paused by order. data: {}',
  'run.resumed': 'The run goes on by order. data: {}',
  'run.needs_attention': 'The run stopped until somebody decides. data: { error }',
  'run.undoing': 'Compensation began. data: { outcome, error? }',
  'run.completed': 'The run ended with an output. data: {}',
  'run.failed': 'The run ended with an error. data: { error }',
  'run.cancelled': 'The run ended by order. data: { error? }: what could not be taken back',
  'run.retried': 'A failed run goes on at its failed step. data: { reopened: keys }',
  'run.log': 'A line of `ctx.log`. data: { message, fields? }',
  'order.received': 'An order was put into the inbox. data: { id, order, text? }',
  'wait.answered': 'A person answered. data: { wait, key }',
  'tool.defect':
    'A tool threw, or returned what it does not promise: a mistake of its author. data: { key, tool, message }',
  'step.started':
    'A step that must be known before it acts was recorded. data: { key, kind, wait?, question?, run?, tool? }',
  'step.retrying': 'An attempt failed and will be repeated. data: { key, kind, attempt, error, delayMs }',
  'step.done': 'A step was recorded with its result. data: { key, kind, ms, usage?, model? }',
  'step.failed': 'A step was recorded with its error. data: { key, kind, error }',
} as const satisfies Record<string, string>;
export type RunEventType = keyof typeof runEventTypes;

export const runEventSchema = z.object({
  seq: z.int().min(1),
  type: z.enum(Object.keys(runEventTypes) as [RunEventType, ...RunEventType[]]),
  at: z.iso.datetime({ precision: 3 }),
  /** Who caused it: `driver`, `owner`, `sweep`. */
  actor: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type RunEvent = z.infer<typeof runEventSchema>;
