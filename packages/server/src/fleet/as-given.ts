/**
 * How an order by task stands for who gave it. Whoever has a task to do may say how it stands, and open it again too:
 * that gives no order, and keeps none from being carried out. So it goes by what its creator and the owner have said;
 * we take it up, and close it, in the name of the owner.
 */

import type { HubTask, HubTaskStatus } from '@perdure/contract';
import { listHubActivity } from '@perdure/hub/desk';
import { accepted } from '../http/hub/actor.ts';
import { allPages } from './all-pages.ts';
import type { TaskOrderDeps } from './by-task.ts';

export async function statusAsGiven({ tasks, owner }: TaskOrderDeps, task: HubTask): Promise<HubTaskStatus> {
  const { id: taskId, createdBy, status } = task;
  const told = await allPages(async (page) => accepted(await listHubActivity(tasks, owner, { ...page, taskId })));
  const changes = told.filter(({ type }) => type === 'status_change');
  const last = changes.findLast(({ authorId }) => authorId === owner.id || authorId === createdBy);
  return last?.to ?? changes[0]?.from ?? status;
}
