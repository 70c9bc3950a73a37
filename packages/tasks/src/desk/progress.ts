/** What was done in a slice of work. Called hundreds of times, so nothing is loaded here that it does not need. */

import type { Milestone, Task } from '@perdure/contract';
import type { TaskCommand } from '../core/commands.ts';
import { decideProgress } from '../core/decide-edit.ts';
import type { Refusal } from '../core/ports.ts';
import { waitingControls } from '../core/waiting.ts';
import type { WriteDeps, Writer } from './deps.ts';
import { onNewest, writeTask } from './write.ts';

export interface ProgressRequest {
  readonly taskId: string;
  readonly report: Omit<Extract<TaskCommand, { readonly type: 'progress' }>, 'type'>;
  /** The one that this slice moved. */
  readonly milestone?: { readonly id: string; readonly changes: Partial<Omit<Milestone, 'id'>> } | undefined;
}

export type ProgressOutcome =
  | {
      readonly kind: 'recorded';
      readonly task: Task;
      /** How many controls nobody who works has heard yet. */
      readonly waiting: number;
    }
  | Refusal;

export async function reportProgress(
  deps: WriteDeps,
  writer: Writer,
  { taskId, report, milestone }: ProgressRequest,
): Promise<ProgressOutcome> {
  if (milestone !== undefined) {
    // Of the two writes the second is not to fail for what was known before the first.
    const early = decideProgress({ type: 'progress', ...report });
    if (early.kind === 'refused') return early;
    const outcome = await writeTask(deps, writer, { taskId, command: { type: 'milestone', ...milestone } });
    if (outcome.kind === 'refused') return outcome;
  }
  // The revision that the writer has seen is compared by the first of the two.
  const second = milestone === undefined ? writer : onNewest(writer);
  const outcome = await writeTask(deps, second, { taskId, command: { type: 'progress', ...report } });
  if (outcome.kind === 'refused') return outcome;
  return { kind: 'recorded', task: outcome.task, waiting: waitingControls(outcome.task).length };
}
