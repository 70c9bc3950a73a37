/** Whether the parts work. */

import type { RouteEntry } from '../routes/entry.ts';
import { healthSchema } from './schema.ts';

export const healthRoutes = {
  health: {
    method: 'get',
    path: '/health',
    summary: 'Whether the parts work. 200 for ok and degraded, 503 for down; no model call is made.',
    authenticated: false,
    responses: { 200: healthSchema, 503: healthSchema },
    errors: [],
  },
} as const satisfies Record<string, RouteEntry>;
