/** Reading tasks; they are written by the command line and over MCP. */

import { z } from 'zod';
import { cursorQuery, data, page, type RouteEntry } from '../routes/entry.ts';
import { hubTaskRefSchema } from '../hub/tasks/tasks.ts';
import { taskStates } from './status.ts';
import { taskEventViewSchema, taskPageSchema, taskSummarySchema } from './view.ts';

/**
 * Held against the grammar of task ids by the handler: people choose these ids, and are told what is wrong with one.
 */
const taskParams = z.object({ taskId: z.string() });

/** `hub_task`: the task of the hub that this one carries out. */
const taskOfHubSchema = taskPageSchema.extend({ hub_task: hubTaskRefSchema.optional() });

export const taskRoutes = {
  listTasks: {
    method: 'get',
    path: '/api/v1/ledger/tasks',
    summary:
      'Tasks, newest work first. `state` is the desired one, so `running` finds interrupted ones too; archived ones are listed alone.',
    description:
      'Tasks are written by `perdure task` and over MCP, with or without this server; they show here at once. Where `next` is present there is more: pass it as `cursor`.',
    authenticated: true,
    query: z.object({
      project: z.string().max(4096).optional(),
      state: z.enum(taskStates).optional(),
      archived: z.enum(['true', 'false']).optional(),
      ...cursorQuery,
    }),
    responses: { 200: page(taskSummarySchema) },
    errors: ['invalid_input'],
  },
  getTask: {
    method: 'get',
    path: '/api/v1/ledger/tasks/{taskId}',
    summary: 'A task, with what is missing for its completion. Evidence is shown as it was last looked at.',
    description:
      'Goal, criteria with their evidence, milestones, open words and actions, the lease and who holds it, and reports that have not arrived for certain. Only `perdure task verify` and `complete` look at the files again.',
    authenticated: true,
    params: taskParams,
    responses: { 200: data(taskOfHubSchema) },
    errors: ['not_found', 'invalid_input'],
  },
  listTaskEvents: {
    method: 'get',
    path: '/api/v1/ledger/tasks/{taskId}/events',
    summary: 'The log of a task, oldest first, behind event number `after`; `next` is the `after` of the next page.',
    description: 'The log is the truth; the task is its sum. Events are never changed.',
    authenticated: true,
    params: taskParams,
    query: z.object({ after: z.coerce.number().int().min(0).optional(), limit: cursorQuery.limit }),
    responses: { 200: page(taskEventViewSchema) },
    errors: ['not_found', 'invalid_input'],
  },
} as const satisfies Record<string, RouteEntry>;
