/** The newest events of a task's log. */

import { noSuchTask } from '../core/answers.ts';
import type { TaskEvent } from '../core/events.ts';
import type { Refusal, TaskStore } from '../core/ports.ts';

export interface RecentRequest {
  readonly taskId: string;
  readonly limit: number;
}

/** Oldest first. */
export type RecentOutcome = { readonly kind: 'found'; readonly events: readonly TaskEvent[] } | Refusal;

export async function recentEvents(
  { store }: { readonly store: Pick<TaskStore, 'get' | 'recent'> },
  { taskId, limit }: RecentRequest,
): Promise<RecentOutcome> {
  if ((await store.get(taskId)) === undefined) return noSuchTask(taskId);
  return { kind: 'found', events: await store.recent(taskId, limit) };
}
