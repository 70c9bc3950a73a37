/** A task and its whole log as files of the original format. */

import { noSuchTask } from '../core/answers.ts';
import { eventsOf, pagesAfter } from '../core/event-pages.ts';
import type { TaskEvent } from '../core/events.ts';
import type { Refusal, TaskStore } from '../core/ports.ts';
import { exportOriginal, type OriginalFiles } from '../original/export-original.ts';

export type ExportOutcome = { readonly kind: 'exported'; readonly files: OriginalFiles } | Refusal;

interface ExportDeps {
  readonly store: Pick<TaskStore, 'get' | 'events'>;
}

export async function exportTask(deps: ExportDeps, taskId: string): Promise<ExportOutcome> {
  const task = await deps.store.get(taskId);
  if (task === undefined) return noSuchTask(taskId);
  const events: TaskEvent[] = [];
  for await (const page of pagesAfter(0, eventsOf(deps.store, taskId))) events.push(...page);
  return { kind: 'exported', files: exportOriginal(task, events) };
}
