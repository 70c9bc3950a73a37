/** Tasks of the hub, at the paths at which clients of Sesame ask for them. */

import { z } from 'zod';
import { bodyErrors, cursorQuery, data, page, type RouteEntry } from '../../routes/entry.ts';
import { hubTaskStatuses } from './task-status.ts';
import {
  changedHubTaskSchema,
  hubActivitySchema,
  hubTaskSchema,
  newHubActivitySchema,
  newHubTaskSchema,
} from './tasks.ts';

const id = z.string().min(1).max(100);
const params = z.object({ taskId: id });

export const hubTaskRoutes = {
  listHubTasks: {
    method: 'get',
    path: '/api/v1/tasks',
    summary: 'Tasks one made or has to do, newest first; `all=true`, for the owner alone: all there are.',
    description:
      '`assignee` is `me` or the id of a principal. In place of secrets in the notes are references: ask for the one task. Where `next` is present there is more: pass it as `cursor`.',
    authenticated: true,
    hub: true,
    query: z.object({
      assignee: id.optional(),
      status: z.enum(hubTaskStatuses).optional(),
      all: z.enum(['true', 'false']).optional(),
      ...cursorQuery,
    }),
    responses: { 200: page(hubTaskSchema) },
    errors: ['invalid_input'],
  },
  createHubTask: {
    method: 'post',
    path: '/api/v1/tasks',
    summary: 'A new task, for oneself or another.',
    description:
      'Secrets in `context.notes` are kept in a vault and answered as references. With a `clientGeneratedId` it can be repeated: the same one of the same creator answers the first task with 200. Counts as a message sent: at most 20 a second, 60 at once; then 429 with `Retry-After`.',
    authenticated: true,
    hub: true,
    body: newHubTaskSchema,
    responses: { 200: data(hubTaskSchema), 201: data(hubTaskSchema) },
    errors: [...bodyErrors, 'rate_limited', 'conflict', 'vault_sealed', 'storage_corrupt'],
  },
  getHubTask: {
    method: 'get',
    path: '/api/v1/tasks/{taskId}',
    summary: 'A task. Who made it and who has to do it read its notes with their secrets while it is open.',
    description:
      'Each such answer is written down in the vault of the task. With `notes=reference` none is given. For the owner and, once it is closed, for everybody there are references; to others there is no such task.',
    authenticated: true,
    hub: true,
    params,
    query: z.object({ notes: z.enum(['full', 'reference']).optional() }),
    responses: { 200: data(hubTaskSchema) },
    errors: ['not_found', 'invalid_input'],
  },
  changeHubTask: {
    method: 'patch',
    path: '/api/v1/tasks/{taskId}',
    summary: 'Changes a task; what is left out stays, and null takes away.',
    description:
      'The status is for who made it, who has to do it and the owner; title, notes and assignee for who made it and the owner; the durable task for the owner. 409 from a closed status but to open it again, and for `done` while the durable task is not completed.',
    authenticated: true,
    hub: true,
    params,
    body: changedHubTaskSchema,
    responses: { 200: data(hubTaskSchema) },
    errors: [...bodyErrors, 'not_found', 'conflict', 'rate_limited', 'vault_sealed', 'storage_corrupt'],
  },
  listHubTaskActivity: {
    method: 'get',
    path: '/api/v1/tasks/{taskId}/activity',
    summary: 'What was told of a task, oldest first. Where `next` is present there is more: pass it as `cursor`.',
    description: 'Each change of the status is among it. Nothing of it is ever changed or taken away.',
    authenticated: true,
    hub: true,
    params,
    query: z.object(cursorQuery),
    responses: { 200: page(hubActivitySchema) },
    errors: ['invalid_input', 'not_found'],
  },
  addHubTaskActivity: {
    method: 'post',
    path: '/api/v1/tasks/{taskId}/activity',
    summary: 'Tells of the work on a task. For who made it, who has to do it, and the owner.',
    description: 'What is told is read by all three: keep secrets out of it. Counts as a message sent.',
    authenticated: true,
    hub: true,
    params,
    body: newHubActivitySchema,
    responses: { 201: data(hubActivitySchema) },
    errors: [...bodyErrors, 'not_found', 'rate_limited'],
  },
} as const satisfies Record<string, RouteEntry>;
