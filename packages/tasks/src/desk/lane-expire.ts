/** Lanes whose deadline has passed: noted by whoever looks, the sweep among them. Needs no lease, for it is a fact. */

import type { Task } from '@perdure/contract';
import { overdueLanes } from '../core/lanes.ts';
import type { Refusal } from '../core/ports.ts';
import type { WriteDeps, Writer } from './deps.ts';
import { writeTask } from './write.ts';

export type ExpireLanesOutcome =
  | {
      readonly kind: 'expired';
      readonly task: Task;
      /** Those that expired with this call. */ readonly lines: readonly string[];
    }
  | Refusal;

export async function expireLanes(
  deps: WriteDeps,
  writer: Writer,
  { taskId }: { readonly taskId: string },
): Promise<ExpireLanesOutcome> {
  const outcome = await writeTask(deps, writer, { taskId, command: { type: 'expire_lanes' } });
  if (outcome.kind === 'refused') return outcome;
  const lines = outcome.events.flatMap((event) => (event.type === 'lane_expired' ? [event.data.line] : []));
  return { kind: 'expired', task: outcome.task, lines };
}

/** What a sweep finds expired of a task; it writes only where there is something. */
export function laneExpiry(deps: WriteDeps): (task: Task) => Promise<readonly string[]> {
  return async (task) => {
    if (overdueLanes(task, deps.now()).length === 0) return [];
    const outcome = await expireLanes(deps, { name: 'sweep' }, { taskId: task.task_id });
    // Somebody closed the task in between.
    return outcome.kind === 'refused' ? [] : outcome.lines.map((line) => `lane ${line} is past its deadline`);
  };
}
