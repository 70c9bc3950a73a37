/**
 * Events of a run: append-only, numbered without gaps from 1, written in the transaction of the change they tell.
 *
 * `data` is typed by `type`. Databases hold events of older versions, so a member that those did not write is optional,
 * and one that is not named here is kept and ignored. On the wire, and in the OpenAPI document, `data` is any object.
 */

import { z } from 'zod';
import type { ErrorRecord } from '../errors/error.ts';
import { timestampSchema } from '../values/timestamp.ts';
import { usageSchema } from './schema.ts';
import { holdReasons, runOrders, waitKinds, type RunOrder } from './status.ts';
import { stepKinds } from './step-kinds.ts';

/**
 * Each type with one sentence: when it is written and what `data` carries, `?` for what may be absent, be it because an
 * older version did not write it. Literal values are frozen by a pin test, and a table of docs/http-api.md shows them.
 */
export const runEventTypes = {
  'run.queued': 'The run was accepted. data: { pipeline, parent?, forkedFrom?, origin? }',
  'run.started': 'The first driver began. data: {}',
  'run.recovered': 'A driver took the run up after another was lost. data: { downMs }',
  'run.waiting': 'The run parked. data: { kind, until?, model? }',
  'run.paused': 'The run paused by order, or was held at a start. data: { reason? }',
  'run.resumed': 'The run goes on by order. data: {}',
  'run.needs_attention': 'The run stopped until somebody decides. data: { error }',
  'run.undoing': 'Compensation began. data: { outcome, error? }',
  'run.completed': 'The run ended with an output. data: {}',
  'run.failed': 'The run ended with an error. data: { error }',
  'run.cancelled': 'The run ended by order. data: { error? }: what could not be taken back',
  'run.retried': 'A failed run goes on at its failed step. data: { reopened? }: keys of the steps that are done again',
  'run.steps_not_met':
    'The code of the pipeline has steps no more that are recorded: what they did stands. data: { keys, count }: the first twenty keys',
  'run.log': 'A line of `ctx.log`. data: { message?, fields? }',
  'order.received': 'An order was put into the inbox. data: { id?, order, text? }',
  'wait.answered': 'A person answered, or a member returned what was delegated to it. data: { wait, key }',
  'return.late':
    'A member returned what nobody waits for any more: it is kept and not applied. data: { wait, key, message, text }',
  'tool.defect':
    'A tool threw, or returned what it does not promise: a mistake of its author. data: { key, tool, message }',
  'step.started':
    'A step that must be known before it acts was recorded. data: { key, kind, wait?, question?, to?, run?, pipeline?, tool?, items? }',
  'step.retrying':
    'An attempt failed and will be repeated, without `delayMs` once the run is resumed. data: { key, kind, attempt, error, delayMs? }',
  'step.done': 'A step was recorded with its result. data: { key, kind, ms, usage?, model? }',
  'step.failed': 'A step was recorded with its error. data: { key, kind, error }',
} as const satisfies Record<string, string>;
export type RunEventType = keyof typeof runEventTypes;

/**
 * The code is not held against the catalogue: a newer version may have more of them, and its events are still to be
 * read.
 */
const error = z.custom<ErrorRecord>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    typeof (value as ErrorRecord).code === 'string' &&
    typeof (value as ErrorRecord).message === 'string',
  'an error has a code and a message',
);
const nothing = z.object({});
const ofStep = { key: z.string(), kind: z.enum(stepKinds) };
const otherRun = z.object({ runId: z.string(), stepKey: z.string() });
const orders = Object.keys(runOrders) as [RunOrder, ...RunOrder[]];

/** What an event of each type carries. */
export const runEventDataSchemas = {
  'run.queued': z.object({
    pipeline: z.string(),
    parent: otherRun.optional(),
    forkedFrom: otherRun.optional(),
    /** Of a fork: the run whose uuids it has. */
    origin: z.string().optional(),
  }),
  'run.started': nothing,
  'run.recovered': z.object({ downMs: z.number() }),
  'run.waiting': z.object({ kind: z.enum(waitKinds), until: z.string().optional(), model: z.string().optional() }),
  'run.paused': z.object({ reason: z.enum(holdReasons).optional() }),
  'run.resumed': nothing,
  'run.needs_attention': z.object({ error }),
  'run.undoing': z.object({ outcome: z.enum(['failed', 'cancelled']), error: error.optional() }),
  'run.completed': nothing,
  'run.failed': z.object({ error }),
  'run.cancelled': z.object({ error: error.optional() }),
  /** The first versions wrote `dropped` instead. */
  'run.retried': z.object({ reopened: z.array(z.string()).readonly().optional() }),
  'run.steps_not_met': z.object({ keys: z.array(z.string()).readonly(), count: z.number() }),
  /** Whatever the author gave as a message: nobody checks pipelines before they run. */
  'run.log': z.object({ message: z.unknown().optional(), fields: z.unknown().optional() }),
  'order.received': z.object({ id: z.string().optional(), order: z.enum(orders), text: z.string().optional() }),
  'wait.answered': z.object({ wait: z.string(), key: z.string() }),
  /** `message`: its id in the hub. */
  'return.late': z.object({ wait: z.string(), key: z.string(), message: z.string(), text: z.string() }),
  'tool.defect': z.object({ key: z.string(), tool: z.string(), message: z.string() }),
  'step.started': z.discriminatedUnion('kind', [
    z.object({ key: z.string(), kind: z.literal('human'), wait: z.string(), question: z.string() }),
    z.object({ key: z.string(), kind: z.literal('delegate'), wait: z.string(), to: z.string() }),
    z.object({ key: z.string(), kind: z.literal('run'), run: z.string(), pipeline: z.string() }),
    z.object({ key: z.string(), kind: z.literal('tool'), tool: z.string() }),
    z.object({ key: z.string(), kind: z.literal('map'), items: z.number().optional() }),
    z.object({ key: z.string(), kind: z.enum(stepKinds).exclude(['human', 'delegate', 'run', 'tool', 'map']) }),
  ]),
  'step.retrying': z.object({ ...ofStep, attempt: z.number(), error, delayMs: z.number().optional() }),
  'step.done': z.object({
    ...ofStep,
    ms: z.number(),
    usage: usageSchema.optional(),
    model: z.string().optional(),
  }),
  'step.failed': z.object({ ...ofStep, error }),
} as const satisfies Record<RunEventType, z.ZodType>;

/** `data` of an event of this type. */
export type RunEventData<T extends RunEventType> = Readonly<z.infer<(typeof runEventDataSchemas)[T]>>;

/** An event as it is written; number, time and actor come with the transaction. */
export type NewRunEvent = {
  readonly [T in RunEventType]: { readonly type: T; readonly data: RunEventData<T> };
}[RunEventType];

const eventSchema = z.object({
  seq: z.int().min(1),
  type: z.enum(Object.keys(runEventTypes) as [RunEventType, ...RunEventType[]], {
    error: ({ input }) => `There is no event type ${JSON.stringify(input)}: a newer version of Perdure wrote it.`,
  }),
  at: timestampSchema,
  /** Who caused it: `driver`, `owner`, `sweep`. */
  actor: z.string(),
  data: z.record(z.string(), z.unknown()),
});
/** An event as it travels, its `data` not looked at yet. */
export type WireRunEvent = z.infer<typeof eventSchema>;

/** An event that was read: `data` is what its `type` says. */
export type RunEvent = Readonly<Pick<WireRunEvent, 'seq' | 'at' | 'actor'>> & NewRunEvent;

/** Nothing is changed by parsing: what `data` holds beyond its type is still there. */
export const runEventSchema = eventSchema.superRefine(({ type, data }, check) => {
  const { error: problem } = runEventDataSchemas[type].safeParse(data);
  for (const { message, path } of problem?.issues ?? []) {
    check.addIssue({ code: 'custom', path: ['data', ...path], message: `In ${type}: ${message}` });
  }
}) as unknown as z.ZodType<RunEvent, WireRunEvent>;
