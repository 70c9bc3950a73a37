/** Tasks of the hub. Clients leave out what they do not mean, or send null for it. */

import {
  changeHubTask,
  createHubTask,
  listHubActivity,
  listHubTasks,
  showHubTask,
  tellOfHubTask,
  type HubTaskDeps,
} from '@perdure/hub/desk';
import { pageOf } from '../page.ts';
import type { Handlers } from '../table.ts';
import { accepted, actorOf, pageReply } from './actor.ts';

type TaskRoute =
  | 'listHubTasks'
  | 'createHubTask'
  | 'getHubTask'
  | 'changeHubTask'
  | 'listHubTaskActivity'
  | 'addHubTaskActivity';

export function hubTaskHandlers(hub: HubTaskDeps): Pick<Handlers, TaskRoute> {
  return {
    listHubTasks: async ({ query: { assignee, status, all, ...query } }, call) => {
      const request = { ...pageOf(query), assigneeId: assignee, status, isAll: all === 'true' };
      return pageReply(await listHubTasks(hub, actorOf(call), request));
    },
    createHubTask: async ({ body }, call) => {
      const { title, assigneeId, context, status, durableTaskId, clientGeneratedId } = body;
      const outcome = accepted(
        await createHubTask(hub, actorOf(call), {
          title,
          assigneeId: assigneeId ?? undefined,
          notes: context?.notes ?? '',
          status: status ?? 'todo',
          durableTaskId: durableTaskId ?? undefined,
          clientKey: clientGeneratedId ?? undefined,
        }),
      );
      return { status: outcome.kind === 'created' ? 201 : 200, body: { data: outcome.task } };
    },
    getHubTask: async ({ params: { taskId }, query: { notes } }, call) => {
      const { task } = accepted(await showHubTask(hub, actorOf(call), { taskId, isWhole: notes !== 'reference' }));
      return { status: 200, body: { data: task } };
    },
    changeHubTask: async ({ params: { taskId }, body }, call) => {
      const { context, ...change } = body;
      // A context without notes leaves them; null takes them away.
      const notes = context?.notes === null ? '' : context?.notes;
      const { task } = accepted(await changeHubTask(hub, actorOf(call), { taskId, ...change, notes }));
      return { status: 200, body: { data: task } };
    },
    listHubTaskActivity: async ({ params: { taskId }, query }, call) => {
      return pageReply(await listHubActivity(hub, actorOf(call), { ...pageOf(query), taskId }));
    },
    addHubTaskActivity: async ({ params: { taskId }, body }, call) => {
      const { activity } = accepted(await tellOfHubTask(hub, actorOf(call), { taskId, ...body }));
      return { status: 201, body: { data: activity } };
    },
  };
}
