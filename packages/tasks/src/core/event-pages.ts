/** The log of a task, page by page: many events, and few enough for the memory. */

import type { TaskEvent } from './events.ts';
import type { TaskStore } from './ports.ts';

/** Events of the task with numbers above `after`, in order, as many as it likes but at least one if there is one. */
export type ReadEvents = (after: number) => Promise<readonly TaskEvent[]>;

const pageOfEvents = 1000;

export function eventsOf(store: Pick<TaskStore, 'events'>, taskId: string): ReadEvents {
  return (after) => store.events(taskId, { after, limit: pageOfEvents });
}

export async function* pagesAfter(after: number, readEvents: ReadEvents): AsyncGenerator<readonly TaskEvent[]> {
  let seq = after;
  for (let page = await readEvents(seq); page.length > 0; page = await readEvents(seq)) {
    yield page;
    seq = page.at(-1)?.seq ?? seq;
  }
}
