/**
 * What others who read the same database see of the hub: of a durable task the task of the hub that it carries out.
 * Needs no server, and none of what keeps secrets.
 */

import { compact, type HubTaskRef, type HubTaskStatus } from '@perdure/contract';
import { createRead, type Connection } from '@perdure/db';

export function createHubTaskLook(database: Connection): (durableTaskId: string) => Promise<HubTaskRef | undefined> {
  const read = createRead(database);
  const found = database.sqlite.prepare(
    `SELECT hub_tasks.id, title, status, creator.handle AS creator, assignee.handle AS assignee FROM hub_tasks
     JOIN principals AS creator ON creator.id = created_by
     LEFT JOIN principals AS assignee ON assignee.id = assignee_id
     WHERE durable_task_id = ?`,
  );
  return async (durableTaskId) =>
    await read(() => {
      const row = found.get(durableTaskId) as unknown as Row | undefined;
      if (row === undefined) return undefined;
      const { id, title, status, creator, assignee } = row;
      return { id, title, status, createdBy: creator, ...compact({ assignee: assignee ?? undefined }) };
    });
}

interface Row extends Pick<HubTaskRef, 'id' | 'title'> {
  readonly status: HubTaskStatus;
  readonly creator: string;
  readonly assignee: string | null;
}
