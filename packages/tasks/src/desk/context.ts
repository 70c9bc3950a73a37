/** An agent says how full its context is; when it is full, it hands over while it still can. */

import type { Task } from '@perdure/contract';
import { contextLevel, handOver } from '../core/context-guard.ts';
import type { Refusal } from '../core/ports.ts';
import type { IdDeps, WriteDeps, Writer } from './deps.ts';
import { writeTask } from './write.ts';

export interface ContextRequest {
  readonly taskId: string;
  readonly percent: number;
  /** The session that hands over; empty: it has no name. */
  readonly session: string;
}

export type ContextOutcome =
  | {
      readonly kind: 'reported';
      readonly task: Task;
      /** `halted`: it would be time to hand over, but somebody wants the task to rest, and the boundary says so. */
      readonly action: 'none' | 'prepare' | 'hand_over' | 'halted';
      /** What the next one will read. */
      readonly handOver: ReturnType<typeof handOver>;
    }
  | Refusal;

export async function reportContext(
  deps: WriteDeps<'resumeQueue'> & IdDeps,
  writer: Writer,
  { taskId, percent, session }: ContextRequest,
): Promise<ContextOutcome> {
  const outcome = await writeTask(deps, writer, { taskId, command: { type: 'context', percent, session } });
  if (outcome.kind === 'refused') return outcome;
  const { task } = outcome;
  const item = handOver(task, percent);
  if (item !== undefined) {
    await deps.store.resumeQueue.add({ ...item, id: deps.newId(), session, createdAt: deps.now() });
  }
  const level = contextLevel(percent);
  const action = level === 'hand_over' && item === undefined ? 'halted' : level;
  return { kind: 'reported', task, action, handOver: item };
}
