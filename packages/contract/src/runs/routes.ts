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
const order = (verb: string, summary: string, description: string) =>
  ({
    method: 'post',
    path: `/api/v1/runs/{id}/${verb}`,
    summary,
    description,
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
    description:
      'For clients that want one call and one answer. `wait` says for how many seconds it waits (120), `Prefer: respond-async` that it does not; the run goes on after that, and the 202 names it. `pipeline` is `plan-and-review` where it is left out. Send an `Idempotency-Key` so that a repeated call after a lost connection meets the same run.',
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
    description:
      'Answers as soon as the run is recorded: 201, or 200 where the key had started it before. A recorded run goes on through the death of every process. Refused when the pipeline is not loaded or the input does not match its schema.',
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
    description: 'Filtered by status and pipeline. Where `next` is present there is more: pass it as `cursor`.',
    authenticated: true,
    query: z.object({ status: z.enum(runStatuses).optional(), pipeline: nameSchema.optional(), ...cursorQuery }),
    responses: { 200: page(runSummarySchema) },
    errors: ['invalid_input'],
  },
  getRun: {
    method: 'get',
    path: '/api/v1/runs/{id}',
    summary: 'A run, or for `<run>/<key>` one of its steps.',
    description:
      'With its input and, once it has ended, its output or error. The id of a step is that of its run, a slash and its key, percent-encoded as one part of the path.',
    authenticated: true,
    params: z.object({ id: runOrStepIdSchema }),
    responses: { 200: data(runOrStepSchema) },
    errors: ['not_found'],
  },
  listSteps: {
    method: 'get',
    path: '/api/v1/runs/{id}/steps',
    summary: 'Steps in the order in which they were recorded.',
    description:
      'Each with its kind, state, attempts and times. Where `next` is present there is more: pass it as `cursor`.',
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
    description:
      'As it was sent and answered, with secrets masked. Where `next` is present there is more: pass it as `cursor`.',
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
    description:
      'Each event has a number; after a lost connection send the last one as `Last-Event-ID`, and nothing is missed or told twice. 204: the run has ended and everything was received, so do not connect again.',
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
  pauseRun: order(
    'pause',
    'Pauses before the next step; a step in flight is finished and kept.',
    'Runs below it pause with it. A run that asks a person can be answered while it is paused, and goes on when it is resumed.',
  ),
  resumeRun: order(
    'resume',
    'Goes on with a paused run, or with one that needed attention.',
    'Budgets and breakers that stopped it start anew. Refused when it has ended: a failed one is retried.',
  ),
  cancelRun: order(
    'cancel',
    'Ends the run; what was armed is undone.',
    'A call in flight is waited for, its outcome recorded, then the undos run, last first. Refused when it has ended.',
  ),
  steerRun: {
    ...order(
      'steer',
      'Adds a text to the transcript of the agents at work, before their next turn.',
      'Recorded first, and told exactly once to each agent at work, also in runs below. A run without an agent at work keeps it for the next one. Refused when the run has ended.',
    ),
    body: steerRunSchema,
    errors: ['invalid_input', 'not_found', 'conflict', 'too_large', 'unsupported_media_type'],
  },
  forkRun: {
    method: 'post',
    path: '/api/v1/runs/{id}/fork',
    summary: 'Starts another run of the same input that begins with the steps finished before `from` was begun.',
    description:
      'Finished steps before `from` are taken over as they are and not done again; effects that were undone are not. Refused when there is no such step.',
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
    description: 'Not to be taken back. Refused while the run, or one below it, has not ended: cancel it first.',
    authenticated: true,
    params: runParams,
    responses: { 200: data(z.object({ runs: z.array(runIdSchema) })) },
    errors: ['not_found', 'conflict'],
  },
  pruneRuns: {
    method: 'post',
    path: '/api/v1/runs/prune',
    summary: 'Deletes runs that ended before a time, a bounded number of them; `more`: call again.',
    description: 'Oldest first, as many as one transaction can bear. Not to be taken back.',
    authenticated: true,
    body: pruneRunsSchema,
    responses: { 200: data(z.object({ runs: z.array(runIdSchema), more: z.boolean() })) },
    errors: ['invalid_input', 'too_large', 'unsupported_media_type'],
  },
  retryRun: order(
    'retry',
    'Goes on with a failed run at its failed step.',
    'Steps that were recorded are kept; only the failed one is done again. A tool call whose outcome is not known is asked about first. Refused unless it has failed.',
  ),
} as const satisfies Record<string, RouteEntry>;
