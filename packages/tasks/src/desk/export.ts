/** A task and its whole log as files of the original format. */

import { noSuchTask } from '../core/answers.ts';
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
  return { kind: 'exported', files: exportOriginal(task, await allEvents(deps, taskId)) };
}

async function allEvents({ store }: ExportDeps, taskId: string): Promise<readonly TaskEvent[]> {
  const all: TaskEvent[] = [];
  for (;;) {
    const page = await store.events(taskId, { after: all.at(-1)?.seq ?? 0, limit: 1000 });
    if (page.length === 0) return all;
    all.push(...page);
  }
}
