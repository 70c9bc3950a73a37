/**
 * Wake and manifest. The interface of Sesame does not show where its clients ask for them, so each path is an entry
 * here, and an alias one more.
 */

import { data, type RouteEntry } from '../routes/entry.ts';
import { manifestSchema, wakeSchema } from './wake.ts';

const wake = {
  path: '/api/v1/agents/me/wake',
  summary: 'Who one is, where one is, and what is unread there. Marks nothing as read.',
  description: 'For people too. GET and POST are the same: neither changes anything.',
  authenticated: true,
  hub: true,
  responses: { 200: data(wakeSchema) },
  errors: [],
} as const;

export const wakeRoutes = {
  wake: { method: 'get', ...wake },
  wakeByPost: { method: 'post', ...wake },
  manifest: {
    method: 'get',
    path: '/api/v1/agents/me/manifest',
    summary: 'Who one is, and where one is.',
    description: 'For people too. `agent.id` is what a client is known by in the hub.',
    authenticated: true,
    hub: true,
    responses: { 200: data(manifestSchema) },
    errors: [],
  },
} as const satisfies Record<string, RouteEntry>;
