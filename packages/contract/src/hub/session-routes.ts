/** How people come in with a browser. */

import { z } from 'zod';
import { bodyErrors, cursorQuery, data, page, type RouteEntry } from '../routes/entry.ts';
import {
  newSessionSchema,
  offeredSessionSchema,
  openedSessionSchema,
  sessionSchema,
  signInSchema,
} from './sessions.ts';

export const sessionRoutes = {
  offerSession: {
    method: 'post',
    path: '/api/v1/sessions',
    summary:
      'A link by which one person signs in with a browser, once, within ten minutes. For oneself; the owner for anybody.',
    description:
      '`token` goes behind the `#` of the address of the server, where no server and no log sees it. Agents have keys instead; 409 for one.',
    authenticated: true,
    hub: true,
    body: newSessionSchema,
    responses: { 201: data(offeredSessionSchema) },
    errors: [...bodyErrors, 'not_found', 'forbidden', 'conflict'],
  },
  openSession: {
    method: 'post',
    path: '/api/v1/sessions/open',
    summary: 'Takes the token of a link, and answers with a session: a cookie, and the key of the page beside it.',
    description:
      'A token works once. Each is a half: requests send the cookie and `x-perdure-page`, from a page of this server. Wrong ones count as wrong keys.',
    authenticated: false,
    hub: true,
    body: signInSchema,
    responses: { 200: data(openedSessionSchema) },
    errors: [...bodyErrors, 'unauthenticated', 'rate_limited'],
  },
  listSessions: {
    method: 'get',
    path: '/api/v1/sessions',
    summary: 'Sessions that are offered or open, newest first; `all=true`, for the owner alone: of everybody.',
    description: 'Where `next` is present there is more: pass it as `cursor`.',
    authenticated: true,
    hub: true,
    query: z.object({ all: z.enum(['true', 'false']).optional(), ...cursorQuery }),
    responses: { 200: page(sessionSchema) },
    errors: ['invalid_input'],
  },
  revokeSession: {
    method: 'post',
    path: '/api/v1/sessions/{sessionId}/revoke',
    summary: 'Ends a session, or takes an unused link back: it opens nothing any more, and its sockets are closed.',
    description: 'One’s own; the owner any. One that has ended before is answered as it is.',
    authenticated: true,
    hub: true,
    params: z.object({ sessionId: z.string().min(1).max(100) }),
    responses: { 200: data(sessionSchema) },
    errors: ['not_found'],
  },
} as const satisfies Record<string, RouteEntry>;
