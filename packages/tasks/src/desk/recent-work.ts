/** What was last done on a task, as a brief needs it. */

import { doneEvents } from '../core/brief.ts';
import type { TaskEvent } from '../core/events.ts';
import type { TaskStore } from '../core/ports.ts';

/** Oldest first. `times`: so many times as much as a brief can use. */
export async function recentWork(
  { store }: { readonly store: Pick<TaskStore, 'recent'> },
  taskId: string,
  { times = 1 }: { readonly times?: number } = {},
): Promise<readonly TaskEvent[]> {
  const events: TaskEvent[] = [];
  for (const { types, limit } of doneEvents) events.push(...(await store.recent(taskId, limit * times, types)));
  return events.toSorted((a, b) => a.seq - b.seq);
}
