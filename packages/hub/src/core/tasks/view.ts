/** Tasks as they are shown. Secrets are in none of these but where `given` says so. */

import { compact, type HubActivity, type HubTask, type HubTaskRef } from '@perdure/contract';
import { isoTime, isoTimeIfAny } from '../view.ts';
import type { ActivityRecord, StoredTask } from './records.ts';

/** `given`: the notes with their secrets, for who may read them. */
export function hubTaskView({ task, creator, assignee, durable }: StoredTask, given?: string): HubTask {
  const { notes, vaultId, itemId, clientKey, activitySeq, createdAt, updatedAt, closedAt, ...same } = task;
  const kept = itemId === undefined ? 'removed' : 'referenced';
  const secrets = given !== undefined ? 'given' : vaultId === undefined ? 'none' : kept;
  return {
    ...same,
    provisionedBy: task.createdBy,
    creator,
    context: { notes: given ?? notes, secrets },
    activityCount: activitySeq,
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
    ...compact({
      assignee,
      durable: durable && { taskId: durable.taskId, state: durable.state, statusLine: durable.statusLine },
      clientGeneratedId: clientKey,
      closedAt: isoTimeIfAny(closedAt),
    }),
  };
}

export function activityView({ author, at, ...entry }: ActivityRecord): HubActivity {
  return { ...entry, authorId: author.id, author, createdAt: isoTime(at) };
}

export function hubTaskRef({ task: { id, title, status }, creator, assignee }: StoredTask): HubTaskRef {
  return { id, title, status, createdBy: creator.handle, ...compact({ assignee: assignee?.handle }) };
}
