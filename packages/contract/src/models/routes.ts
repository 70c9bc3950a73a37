/** Which models may be asked, and what was found out about them. */

import { data, type RouteEntry } from '../routes/entry.ts';
import { forgetModelSchema, forgottenSchema, modelsViewSchema } from './schema.ts';

export const modelRoutes = {
  listModels: {
    method: 'get',
    path: '/api/v1/models',
    summary: 'Model servers and models that the worker may ask, and what was learnt of them.',
    authenticated: true,
    responses: { 200: data(modelsViewSchema) },
    errors: [],
  },
  forgetModel: {
    method: 'post',
    path: '/api/v1/models/forget',
    summary: 'Forgets what was learnt of a model (`server/model`): the next turn asks for everything again.',
    authenticated: true,
    body: forgetModelSchema,
    responses: { 200: data(forgottenSchema) },
    errors: ['invalid_input', 'too_large', 'unsupported_media_type'],
  },
} as const satisfies Record<string, RouteEntry>;
