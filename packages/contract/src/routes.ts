/**
 * The HTTP API as a table: server, OpenAPI document and client are made from it.
 *
 * Paths use `{name}` for parameters, as OpenAPI does. Under `/api/v1` a 2xx body is `{ "data": … }`; every other body anywhere is
 * `{ "error": sentence, "code", "details", "requestId" }`. `/health` and `/pipeline` answer flat, for clients of the original stack.
 */

import { z } from 'zod';
import { agentEntrySchema, pipelineEntrySchema, toolEntrySchema } from './catalogue.ts';
import { errorCatalogue, type ErrorCode } from './errors.ts';
import { healthSchema } from './health.ts';
import { nameSchema, runIdSchema, runOrStepIdSchema } from './ids.ts';
import { runEventSchema } from './runs/events.ts';
import { budgetSchema, errorRecordSchema, runSchema, runSummarySchema, stepSchema, waitSchema } from './runs/schema.ts';
import { runStatuses } from './runs/status.ts';
import { taskStates } from './tasks/status.ts';
import { taskEventViewSchema, taskSummarySchema, taskViewSchema } from './tasks/view.ts';

export const errorBodySchema = z.object({
  error: z.string(),
  code: z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]),
  details: z.record(z.string(), z.unknown()),
  requestId: z.string(),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;

const data = <T extends z.ZodType>(schema: T) => z.object({ data: schema });
/** A page of a list; `next` is absent on the last one. */
const page = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item), next: z.string().optional() });

const cursorQuery = {
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
};

/** Characters in a prompt; more belongs into a file that an agent reads. */
export const maxPromptLength = 100_000;
/** Bytes in a request body. */
export const maxBodyBytes = 1_048_576;
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

export const forkRunSchema = z.strictObject({
  /** Key of the step that the new run does first by itself. */
  from: z.string().min(1).max(1000),
});

export const answerWaitSchema = z.strictObject({ answer: z.unknown() });

/** `GET /runs/{id}` answers a run, or for a step id the step. */
export const runOrStepSchema = z.union([runSchema, stepSchema]);

const idempotencyHeader = z.object({
  'idempotency-key': z.string().min(1).max(200).optional(),
  prefer: z.string().optional(),
});

interface RouteEntry {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly summary: string;
  /** False only for what is open to all. */
  readonly authenticated: boolean;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly responses: Readonly<Record<number, z.ZodType>>;
  /** Set where the response is a stream of server-sent events with this schema as their data. */
  readonly stream?: z.ZodType;
  /** Set where the answer may take as long as the work that was asked for. */
  readonly waitsForWork?: true;
  readonly errors: readonly ErrorCode[];
}

const runParams = z.object({ id: runIdSchema });
/** Held against the grammar of task ids by the handler: people choose these ids, and are told what is wrong with one. */
const taskParams = z.object({ taskId: z.string() });
const order = (verb: string, summary: string) =>
  ({
    method: 'post',
    path: `/api/v1/runs/{id}/${verb}`,
    summary,
    authenticated: true,
    params: runParams,
    responses: { 202: data(runSchema) },
    errors: ['not_found', 'conflict'],
  }) as const satisfies RouteEntry;

export const routes = {
  health: {
    method: 'get',
    path: '/health',
    summary: 'Whether the parts work. 200 for ok and degraded, 503 for down; no model call is made.',
    authenticated: false,
    responses: { 200: healthSchema, 503: healthSchema },
    errors: [],
  },
  pipeline: {
    method: 'post',
    path: '/pipeline',
    summary: 'Runs a pipeline on a prompt and waits for it: 200 when it ended in time, else 202 with where to look.',
    authenticated: true,
    waitsForWork: true,
    headers: idempotencyHeader,
    body: pipelineRequestSchema,
    responses: { 200: pipelineDoneSchema, 202: pipelineAcceptedSchema },
    errors: ['invalid_input', 'not_found', 'conflict', 'too_large', 'unsupported_media_type'],
  },
  startRun: {
    method: 'post',
    path: '/api/v1/runs',
    summary: 'Starts a run. Idempotent by `Idempotency-Key`: same key and body, same run; other body, 409.',
    authenticated: true,
    headers: idempotencyHeader,
    body: startRunSchema,
    responses: { 200: data(runSchema), 201: data(runSchema) },
    errors: ['invalid_input', 'not_found', 'conflict', 'too_large', 'unsupported_media_type'],
  },
  listRuns: {
    method: 'get',
    path: '/api/v1/runs',
    summary: 'Runs, newest first.',
    authenticated: true,
    query: z.object({ status: z.enum(runStatuses).optional(), pipeline: nameSchema.optional(), ...cursorQuery }),
    responses: { 200: page(runSummarySchema) },
    errors: ['invalid_input'],
  },
  getRun: {
    method: 'get',
    path: '/api/v1/runs/{id}',
    summary: 'A run, or for `<run>/<key>` one of its steps.',
    authenticated: true,
    params: z.object({ id: runOrStepIdSchema }),
    responses: { 200: data(runOrStepSchema) },
    errors: ['not_found'],
  },
  listSteps: {
    method: 'get',
    path: '/api/v1/runs/{id}/steps',
    summary: 'Steps in the order in which they were recorded.',
    authenticated: true,
    params: runParams,
    query: z.object(cursorQuery),
    responses: { 200: page(stepSchema) },
    errors: ['not_found', 'invalid_input'],
  },
  getTranscript: {
    method: 'get',
    path: '/api/v1/runs/{id}/transcript',
    summary: 'What was said to and by the models, turn by turn.',
    authenticated: true,
    params: runParams,
    query: z.object(cursorQuery),
    responses: {
      200: page(z.object({ stepKey: z.string(), agent: z.string(), role: z.string(), content: z.unknown() })),
    },
    errors: ['not_found', 'invalid_input'],
  },
  streamEvents: {
    method: 'get',
    path: '/api/v1/runs/{id}/events',
    summary: 'Events as server-sent events, from `Last-Event-ID` on; ends when the run has ended.',
    authenticated: true,
    params: runParams,
    headers: z.object({
      'last-event-id': z
        .string()
        .regex(/^\d{1,15}$/, 'Last-Event-ID is an event number')
        .optional(),
    }),
    responses: {},
    stream: runEventSchema,
    errors: ['not_found', 'invalid_input'],
  },
  pauseRun: order('pause', 'Pauses before the next step; a step in flight is finished and kept.'),
  resumeRun: order('resume', 'Goes on with a paused run, or with one that needed attention.'),
  cancelRun: order('cancel', 'Ends the run; what was armed is undone.'),
  steerRun: {
    ...order('steer', 'Adds a text to the transcript of the agents at work, before their next turn.'),
    body: steerRunSchema,
    errors: ['invalid_input', 'not_found', 'conflict', 'too_large', 'unsupported_media_type'],
  },
  forkRun: {
    method: 'post',
    path: '/api/v1/runs/{id}/fork',
    summary: 'Starts another run of the same input that begins with the steps finished before `from` was begun.',
    authenticated: true,
    params: runParams,
    headers: idempotencyHeader,
    body: forkRunSchema,
    responses: { 200: data(runSchema), 201: data(runSchema) },
    errors: ['invalid_input', 'not_found', 'conflict', 'too_large', 'unsupported_media_type'],
  },
  retryRun: order('retry', 'Goes on with a failed run at its failed step.'),
  listWaits: {
    method: 'get',
    path: '/api/v1/waits',
    summary:
      'Questions that wait for a person (`run`: of that run and those below it), oldest first; with `answered=true` those that were answered, newest first.',
    authenticated: true,
    query: z.object({ run: runIdSchema.optional(), answered: z.enum(['true', 'false']).optional(), ...cursorQuery }),
    responses: { 200: page(waitSchema) },
    errors: ['invalid_input'],
  },
  answerWait: {
    method: 'post',
    path: '/api/v1/waits/{id}/answer',
    summary: 'Answers a question, once: a second answer is refused and told what was decided.',
    authenticated: true,
    params: z.object({ id: z.string().min(1).max(100) }),
    body: answerWaitSchema,
    responses: { 200: data(waitSchema) },
    errors: ['invalid_input', 'not_found', 'conflict', 'too_large', 'unsupported_media_type'],
  },
  listTasks: {
    method: 'get',
    path: '/api/v1/tasks',
    summary:
      'Tasks, newest work first. `state` is the desired one, so `running` finds interrupted ones too; archived ones are listed alone.',
    authenticated: true,
    query: z.object({
      project: z.string().max(4096).optional(),
      state: z.enum(taskStates).optional(),
      archived: z.enum(['true', 'false']).optional(),
      ...cursorQuery,
    }),
    responses: { 200: page(taskSummarySchema) },
    errors: ['invalid_input'],
  },
  getTask: {
    method: 'get',
    path: '/api/v1/tasks/{taskId}',
    summary: 'A task, with what is missing for its completion. Evidence is shown as it was last looked at.',
    authenticated: true,
    params: taskParams,
    responses: { 200: data(taskViewSchema) },
    errors: ['not_found', 'invalid_input'],
  },
  listTaskEvents: {
    method: 'get',
    path: '/api/v1/tasks/{taskId}/events',
    summary: 'The log of a task, oldest first, behind event number `after`; `next` is the `after` of the next page.',
    authenticated: true,
    params: taskParams,
    query: z.object({ after: z.coerce.number().int().min(0).optional(), limit: cursorQuery.limit }),
    responses: { 200: page(taskEventViewSchema) },
    errors: ['not_found', 'invalid_input'],
  },
  listAgents: {
    method: 'get',
    path: '/api/v1/agents',
    summary: 'Agents that the worker has loaded.',
    authenticated: true,
    responses: { 200: data(z.array(agentEntrySchema)) },
    errors: [],
  },
  listTools: {
    method: 'get',
    path: '/api/v1/tools',
    summary: 'Tools that the worker has loaded, with their effect and the schemas of their input and output.',
    authenticated: true,
    responses: { 200: data(z.array(toolEntrySchema)) },
    errors: [],
  },
  listPipelines: {
    method: 'get',
    path: '/api/v1/pipelines',
    summary: 'Pipelines that the worker has loaded, with the schemas of their input and output.',
    authenticated: true,
    responses: { 200: data(z.array(pipelineEntrySchema)) },
    errors: [],
  },
} as const satisfies Record<string, RouteEntry>;

export type RouteId = keyof typeof routes;
export type Route = RouteEntry;
