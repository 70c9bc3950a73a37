/** Reading and answering questions to people. */

import { z } from 'zod';
import { cursorQuery, data, page, type RouteEntry } from '../routes/entry.ts';
import { runIdSchema } from '../values/ids.ts';
import { answerWaitSchema, waitSchema } from './schema.ts';

export const waitRoutes = {
  listWaits: {
    method: 'get',
    path: '/api/v1/waits',
    summary:
      'Questions that wait for a person (`run`: of that run and those below it), oldest first; with `answered=true` those that were answered, newest first.',
    description:
      '`purpose` says why a person is asked, `answerSchema` what an answer looks like. Where `next` is present there is more: pass it as `cursor`.',
    authenticated: true,
    query: z.object({ run: runIdSchema.optional(), answered: z.enum(['true', 'false']).optional(), ...cursorQuery }),
    responses: { 200: page(waitSchema) },
    errors: ['invalid_input'],
  },
  answerWait: {
    method: 'post',
    path: '/api/v1/waits/{id}/answer',
    summary: 'Answers a question, once: a second answer is refused and told what was decided.',
    description:
      'The answer must match the schema of the question. The run goes on at once, unless it is paused. Refused when the question was withdrawn, or its run has ended.',
    authenticated: true,
    params: z.object({ id: z.string().min(1).max(100) }),
    body: answerWaitSchema,
    responses: { 200: data(waitSchema) },
    errors: ['invalid_input', 'not_found', 'conflict', 'too_large', 'unsupported_media_type'],
  },
} as const satisfies Record<string, RouteEntry>;
