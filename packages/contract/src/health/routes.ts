/** Whether the parts work. */

import type { RouteEntry } from '../routes/entry.ts';
import { healthSchema } from './schema.ts';

export const healthRoutes = {
  health: {
    method: 'get',
    path: '/health',
    summary: 'Whether the parts work. 200 for ok and degraded, 503 for down; no model call is made.',
    description:
      'For monitors: no key is needed, and nothing secret is told. `degraded` names the part that does not work; what was recorded can still be read.',
    authenticated: false,
    responses: { 200: healthSchema, 503: healthSchema },
    errors: [],
  },
} as const satisfies Record<string, RouteEntry>;
