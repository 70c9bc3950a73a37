/**
 * Tasks for those who only look, in the shapes of the contract. Nothing is kept between reads: what another process
 * wrote shows at once.
 */

import { compact, type Task, type TaskEventView } from '@perdure/contract';
import type { TaskStore } from '../core/ports.ts';
import { reportView, taskEventView, taskSummary, taskView } from '../core/view.ts';

/** Characters of data after which a page of events ends. */
const fullPage = 4_000_000;

interface ListFilter {
  readonly project?: string | undefined;
  /** The desired one. */
  readonly state?: Task['desired_state'] | undefined;
  readonly archived: boolean;
}

/** What it answers is what the store has now, and undefined where there is no such task. */
export function createTaskReader(
  store: Pick<TaskStore, 'get' | 'list' | 'events' | 'outbox'>,
  { clock }: { readonly clock: () => number },
) {
  return {
    async getTask(taskId: string) {
      const task = await store.get(taskId);
      if (task === undefined) return undefined;
      return { ...taskView(task, clock()), deliveries: (await store.outbox.open(taskId)).map(reportView) };
    },
    /** Newest work first. */
    async listTasks({ project, state, archived }: ListFilter, { cursor, limit }: ListPage) {
      const filter = { ...compact({ project, state }), archived };
      const page = await store.list(filter, { limit, ...compact({ cursor }) });
      const now = clock();
      return { ...page, data: page.data.map((task) => taskSummary(task, now)) };
    },
    /**
     * Oldest first, behind event number `after`; `next` is the `after` of the next page. Of large events a page has
     * fewer than `limit`.
     */
    async listEvents(taskId: string, { after, limit }: { readonly after: number; readonly limit: number }) {
      if ((await store.get(taskId)) === undefined) return undefined;
      const data: TaskEventView[] = [];
      // One by one: an event may hold megabytes, and a page of the largest must not fill the memory of a server.
      for (let characters = 0; ;) {
        const last = data.at(-1)?.seq ?? after;
        const [event] = await store.events(taskId, { after: last, limit: 1 });
        if (event === undefined) return { data };
        if (data.length >= limit || characters >= fullPage) return { data, next: String(last) };
        data.push(taskEventView(event));
        characters += JSON.stringify(event.data).length;
      }
    },
  };
}

interface ListPage {
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}
