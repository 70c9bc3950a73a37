/** Orders that a lead has not carried out go to who leads after it; where nobody does, they are nobody's. */

import { isHubTaskOpen, type Family, type Principal } from '@perdure/contract';
import { changeHubTask, listHubTasks, type HubTaskDeps } from '@perdure/hub/desk';
import { accepted } from './actor.ts';

export async function handOver(
  tasks: HubTaskDeps,
  by: Principal,
  { from, family }: { readonly from: string; readonly family: Family },
): Promise<void> {
  const filter = { isAll: true, assigneeId: from, status: undefined, limit: 100 };
  let cursor: string | undefined;
  do {
    const { data, next } = accepted(await listHubTasks(tasks, by, { ...filter, cursor }));
    for (const { id: taskId, title, status, context } of data) {
      if (!isHubTaskOpen(status) || !/^provision agent:/i.test(title)) continue;
      if (familyIn(context.notes) !== family.id) continue;
      accepted(await changeHubTask(tasks, by, { taskId, assigneeId: family.lead?.id ?? null }));
    }
    cursor = next;
  } while (cursor !== undefined);
}

/** Whose family a task is about, as its notes say. */
function familyIn(notes: string): unknown {
  try {
    return (JSON.parse(notes) as { readonly familyId?: unknown } | null)?.familyId;
  } catch {
    return undefined;
  }
}
