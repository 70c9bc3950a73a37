/** Starting runs, reading their record, giving them orders. */

import { z } from 'zod';
import { cursorQuery, data, idempotencyHeader, page, type RouteEntry } from '../routes/entry.ts';
import { nameSchema, runIdSchema, runOrStepIdSchema } from '../values/ids.ts';
import { runEventSchema } from './events.ts';
import { pipelineAcceptedSchema, pipelineDoneSchema, pipelineRequestSchema } from './pipeline.ts';
import { forkRunSchema, pruneRunsSchema, startRunSchema, steerRunSchema } from './requests.ts';
import { runSchema, runSummarySchema } from './schema.ts';
import { runStatuses } from './status.ts';
import { runOrStepSchema, stepSchema } from './steps.ts';

const runParams = z.object({ id: runIdSchema });
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

export const runRoutes = {
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
  deleteRun: {
    method: 'post',
    path: '/api/v1/runs/{id}/delete',
    summary: 'Deletes a run that has ended, with all below it: steps, events, questions, values, its folder.',
    authenticated: true,
    params: runParams,
    responses: { 200: data(z.object({ runs: z.array(runIdSchema) })) },
    errors: ['not_found', 'conflict'],
  },
  pruneRuns: {
    method: 'post',
    path: '/api/v1/runs/prune',
    summary: 'Deletes runs that ended before a time, a bounded number of them; `more`: call again.',
    authenticated: true,
    body: pruneRunsSchema,
    responses: { 200: data(z.object({ runs: z.array(runIdSchema), more: z.boolean() })) },
    errors: ['invalid_input', 'too_large', 'unsupported_media_type'],
  },
  retryRun: order('retry', 'Goes on with a failed run at its failed step.'),
} as const satisfies Record<string, RouteEntry>;
