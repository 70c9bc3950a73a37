/** A line of the work given to a worker. */

import { compact, type Lane, type Task } from '@perdure/contract';
import { laneOf } from '../core/decide-lane.ts';
import type { LanePlan } from '../core/commands.ts';
import type { Refusal } from '../core/ports.ts';
import { damagedLane } from './lane-look.ts';
import type { WriteDeps, Writer } from './deps.ts';
import { writeTask } from './write.ts';

export interface AssignLaneRequest {
  readonly taskId: string;
  readonly line: string;
  /** What is not said stays as it was in the round before. */
  readonly lane: Partial<LanePlan>;
  /** It is done by a run of a pipeline. */
  readonly run?: { readonly pipeline: string; readonly input: unknown } | undefined;
  /** It is done by this member of the hub. */
  readonly agent?: string | undefined;
}

export type AssignLaneOutcome =
  | {
      readonly kind: 'assigned';
      readonly task: Task;
      readonly lane: Lane;
      /** Else it was so already. */ readonly isNew: boolean;
    }
  | Refusal;

export async function assignLane(
  deps: WriteDeps,
  writer: Writer,
  { taskId, line, lane, run, agent }: AssignLaneRequest,
): Promise<AssignLaneOutcome> {
  const command = { type: 'assign_lane', line, lane, ...compact({ run, agent }) } as const;
  const outcome = await writeTask(deps, writer, { taskId, command });
  if (outcome.kind === 'refused') return outcome;
  const { task, events } = outcome;
  const assigned = laneOf(task, line) ?? damagedLane(line);
  return { kind: 'assigned', task, lane: assigned, isNew: events.some(({ type }) => type === 'subtask_assigned') };
}
