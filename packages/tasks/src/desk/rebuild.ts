/** Tasks held against their logs, and made anew from them if that is asked for. */

import { noSuchTask } from '../core/answers.ts';
import type { Refusal, TaskStore } from '../core/ports.ts';

export interface RebuildRequest {
  readonly tasks: { readonly id: string } | 'all';
  readonly repair: boolean;
}

export type RebuildOutcome =
  | { readonly kind: 'rebuilt'; readonly checked: number; readonly differing: readonly TaskDifference[] }
  | Refusal;

export interface TaskDifference {
  readonly task_id: string;
  readonly differences: readonly string[];
}

export async function rebuildTasks(
  { store }: { readonly store: Pick<TaskStore, 'get' | 'ids' | 'rebuild'> },
  { tasks, repair }: RebuildRequest,
): Promise<RebuildOutcome> {
  const ids = tasks === 'all' ? await store.ids() : [tasks.id];
  const differing: TaskDifference[] = [];
  for (const task_id of ids) {
    const rebuilt = await store.rebuild(task_id, { repair });
    // Neither a row nor a log.
    if (rebuilt === undefined && (await store.get(task_id)) === undefined) return noSuchTask(task_id);
    if (rebuilt !== undefined && rebuilt.differences.length > 0) {
      differing.push({ task_id, differences: rebuilt.differences });
    }
  }
  return { kind: 'rebuilt', checked: ids.length, differing };
}
