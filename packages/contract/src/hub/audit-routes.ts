/** What was managed in the hub. */

import { z } from 'zod';
import { cursorQuery, page, type RouteEntry } from '../routes/entry.ts';
import { auditEntrySchema } from './audit.ts';

export const auditRoutes = {
  listAudit: {
    method: 'get',
    path: '/api/v1/audit',
    summary: 'Who managed what in the hub, newest first. For the owner alone.',
    description:
      'Principals, keys, channels and who is in them; each row was written together with what it tells. `principalId`: what somebody did, or what was done to them. Pass `next` as `cursor` for more. What was done with a vault is listed there.',
    authenticated: true,
    hub: true,
    query: z.object({ ...cursorQuery, principalId: z.string().min(1).max(100).optional() }),
    responses: { 200: page(auditEntrySchema) },
    errors: ['invalid_input'],
  },
} as const satisfies Record<string, RouteEntry>;
