/** Tasks held against their logs, and made anew from them if that is asked for. */

import { isPerdureError, type PerdureError } from '@perdure/contract';
import { noSuchTask } from '../core/answers.ts';
import type { Refusal, TaskStore } from '../core/ports.ts';

export interface RebuildRequest {
  readonly tasks: { readonly id: string } | 'all';
  readonly repair: boolean;
}

export type RebuildOutcome =
  | {
      readonly kind: 'rebuilt';
      readonly checked: number;
      readonly differing: readonly TaskDifference[];
      /** Those of many whose logs cannot be read; one alone is thrown. */
      readonly damaged: readonly DamagedLog[];
    }
  | Refusal;

export interface TaskDifference {
  readonly task_id: string;
  readonly differences: readonly string[];
}

export interface DamagedLog {
  readonly task_id: string;
  readonly error: PerdureError;
}

export async function rebuildTasks(
  { store }: { readonly store: Pick<TaskStore, 'get' | 'ids' | 'rebuild'> },
  { tasks, repair }: RebuildRequest,
): Promise<RebuildOutcome> {
  const ids = tasks === 'all' ? await store.ids() : [tasks.id];
  const differing: TaskDifference[] = [];
  const damaged: DamagedLog[] = [];
  for (const task_id of ids) {
    const rebuilt = await store.rebuild(task_id, { repair }).catch((error: unknown) => {
      // One that is damaged must not keep the others from being looked at.
      if (tasks !== 'all' || !isPerdureError(error, 'storage_corrupt')) throw error;
      damaged.push({ task_id, error });
      return undefined;
    });
    if (damaged.at(-1)?.task_id === task_id) continue;
    // Neither a row nor a log.
    if (rebuilt === undefined && (await store.get(task_id)) === undefined) return noSuchTask(task_id);
    if (rebuilt !== undefined && rebuilt.differences.length > 0) {
      differing.push({ task_id, differences: rebuilt.differences });
    }
  }
  return { kind: 'rebuilt', checked: ids.length, differing, damaged };
}
