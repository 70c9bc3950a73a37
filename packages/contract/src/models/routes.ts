/** Which models may be asked, and what was found out about them. */

import { data, type RouteEntry } from '../routes/entry.ts';
import { forgetModelSchema, forgottenSchema, modelsViewSchema } from './schema.ts';

export const modelRoutes = {
  listModels: {
    method: 'get',
    path: '/api/v1/models',
    summary: 'Model servers and models that the worker may ask, and what was learnt of them.',
    description:
      'What was learnt are the parts of a request that a model refused, and who is away since when. Keys are never told.',
    authenticated: true,
    responses: { 200: data(modelsViewSchema) },
    errors: [],
  },
  forgetModel: {
    method: 'post',
    path: '/api/v1/models/forget',
    summary: 'Forgets what was learnt of a model (`server/model`): the next turn asks for everything again.',
    description: 'For a server that was changed or updated. Answers how many facts there were.',
    authenticated: true,
    body: forgetModelSchema,
    responses: { 200: data(forgottenSchema) },
    errors: ['invalid_input', 'too_large', 'unsupported_media_type'],
  },
} as const satisfies Record<string, RouteEntry>;
