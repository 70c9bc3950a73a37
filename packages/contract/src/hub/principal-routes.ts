/** Who is in the hub. */

import { z } from 'zod';
import { bodyErrors, cursorQuery, data, page, type RouteEntry } from '../routes/entry.ts';
import { changedPrincipalSchema, newPrincipalSchema, principalSchema } from './principals.ts';

const params = z.object({ principalId: z.string().min(1).max(100) });

export const principalRoutes = {
  whoAmI: {
    method: 'get',
    path: '/api/v1/auth/me',
    summary: 'Whose key this is.',
    description: 'What a client asks first. The owner’s key is that of the owner, who is a principal as all others.',
    authenticated: true,
    hub: true,
    responses: { 200: data(principalSchema) },
    errors: [],
  },
  listPrincipals: {
    method: 'get',
    path: '/api/v1/principals',
    summary: 'People and agents of the hub, by handle. For the owner alone.',
    description: 'Where `next` is present there is more: pass it as `cursor`. Who shares a channel is listed there.',
    authenticated: true,
    hub: true,
    query: z.object(cursorQuery),
    responses: { 200: page(principalSchema) },
    errors: ['invalid_input'],
  },
  createPrincipal: {
    method: 'post',
    path: '/api/v1/principals',
    summary: 'A new person or agent. For the owner alone.',
    description:
      'It has no key yet: make one for it next. A handle is given once and never to another; 409 where it is taken.',
    authenticated: true,
    hub: true,
    body: newPrincipalSchema,
    responses: { 201: data(principalSchema) },
    errors: [...bodyErrors, 'conflict'],
  },
  getPrincipal: {
    method: 'get',
    path: '/api/v1/principals/{principalId}',
    summary: 'One principal. For the owner, and for the lead of its family.',
    description: 'Who shares a channel is listed there, with handle and display name.',
    authenticated: true,
    hub: true,
    params,
    responses: { 200: data(principalSchema) },
    errors: ['not_found'],
  },
  changePrincipal: {
    method: 'patch',
    path: '/api/v1/principals/{principalId}',
    summary: 'Gives a principal another display name. For the owner alone.',
    description: 'The handle stays. Messages that were sent before show the new name too.',
    authenticated: true,
    hub: true,
    params,
    body: changedPrincipalSchema,
    responses: { 200: data(principalSchema) },
    errors: [...bodyErrors, 'not_found'],
  },
} as const satisfies Record<string, RouteEntry>;
