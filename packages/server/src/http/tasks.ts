/**
 * Tasks, read only: who works on them writes through the command line or MCP, and each request reads the database anew.
 */

import { compact, PerdureError, taskIdSchema } from '@perdure/contract';
import { hubTaskRef } from '@perdure/hub';
import type { Dependencies } from './dependencies.ts';
import { defaultLimit, pageOf } from './page.ts';
import type { Handlers } from './table.ts';

type TaskRoute = 'listTasks' | 'getTask' | 'listTaskEvents';

export function taskHandlers({ tasks, hubTasks }: Dependencies): Pick<Handlers, TaskRoute> {
  return {
    listTasks: async ({ query }) => {
      const { project, state, archived } = query;
      const filter = { project, state, archived: archived === 'true' };
      return { status: 200, body: await tasks.listTasks(filter, pageOf(query)) };
    },
    getTask: async ({ params: { taskId } }) => {
      assertTaskId(taskId);
      const data = await tasks.getTask(taskId);
      if (data === undefined) throw taskNotFound(taskId);
      const held = await hubTasks.tasks.ofDurable(taskId);
      return { status: 200, body: { data: { ...data, ...compact({ hub_task: held && hubTaskRef(held) }) } } };
    },
    listTaskEvents: async ({ params: { taskId }, query: { after = 0, limit = defaultLimit } }) => {
      assertTaskId(taskId);
      const body = await tasks.listEvents(taskId, { after, limit });
      if (body === undefined) throw taskNotFound(taskId);
      return { status: 200, body };
    },
  };
}

/** People choose these ids and mistype them: told as the command line tells it. */
function assertTaskId(taskId: string): void {
  const { success, error } = taskIdSchema.safeParse(taskId);
  if (success) return;
  const rule = error.issues[0]?.message ?? 'it is not valid';
  throw new PerdureError('invalid_input', `The path names no task: ${rule}; check the id.`, {
    details: { field: 'params.taskId' },
  });
}

function taskNotFound(taskId: string): PerdureError {
  return new PerdureError('not_found', `There is no task "${taskId}"; \`perdure task list\` shows those there are.`);
}
