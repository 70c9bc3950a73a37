/** The keys by which principals are known. */

import { z } from 'zod';
import { bodyErrors, data, type RouteEntry } from '../routes/entry.ts';
import { apiKeySchema, madeApiKeySchema, newApiKeySchema } from './principals.ts';

const ofPrincipal = z.object({ principalId: z.string().min(1).max(100) });

export const keyRoutes = {
  listKeys: {
    method: 'get',
    path: '/api/v1/principals/{principalId}/keys',
    summary:
      'The keys of a principal, newest first, with when each was last used. For the owner, and for the lead of its family.',
    description: 'Never the keys themselves: of those only a hash is kept. Revoked ones stay in the list.',
    authenticated: true,
    hub: true,
    params: ofPrincipal,
    responses: { 200: z.object({ data: z.array(apiKeySchema) }) },
    errors: ['not_found'],
  },
  createKey: {
    method: 'post',
    path: '/api/v1/principals/{principalId}/keys',
    summary: 'A new key for a principal; `key` is shown here and never again. For the owner.',
    description:
      'Several may be in use at once: give the new one out before the old one is revoked. The lead of a family may give one to an agent that the family made, until it has used one. 409 where it was deprovisioned.',
    authenticated: true,
    hub: true,
    params: ofPrincipal,
    body: newApiKeySchema,
    responses: { 201: data(madeApiKeySchema) },
    errors: [...bodyErrors, 'not_found', 'conflict'],
  },
  revokeKey: {
    method: 'post',
    path: '/api/v1/keys/{keyId}/revoke',
    summary:
      'Takes a key back: it opens nothing any more, and sockets that it opened are closed. For the owner, and for the lead of the family.',
    description:
      'For good. A key that was revoked before is answered as it is. The owner’s key is a file, and is none of these.',
    authenticated: true,
    hub: true,
    params: z.object({ keyId: z.string().min(1).max(100) }),
    responses: { 200: data(apiKeySchema) },
    errors: ['not_found'],
  },
} as const satisfies Record<string, RouteEntry>;
