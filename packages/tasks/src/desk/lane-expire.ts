/** Lanes whose deadline has passed: noted by whoever looks, the sweep among them. Needs no lease, for it is a fact. */

import type { Task } from '@perdure/contract';
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
