/** What the controller makes of a lane after a round. */

import type { Lane, Task } from '@perdure/contract';
import type { TaskCommand } from '../core/commands.ts';
import { laneOf } from '../core/decide-lane.ts';
import type { Refusal } from '../core/ports.ts';
import type { WriteDeps, Writer } from './deps.ts';
import { damagedLane } from './lane-look.ts';
import { writeTask } from './write.ts';

export interface DecideLaneRequest {
  readonly taskId: string;
  readonly decision: Extract<TaskCommand, { readonly type: 'decide_lane' }>;
}

export type DecideLaneOutcome = { readonly kind: 'decided'; readonly task: Task; readonly lane: Lane } | Refusal;

export async function decideLane(
  deps: WriteDeps,
  writer: Writer,
  { taskId, decision }: DecideLaneRequest,
): Promise<DecideLaneOutcome> {
  const outcome = await writeTask(deps, writer, { taskId, command: decision });
  if (outcome.kind === 'refused') return outcome;
  const { task } = outcome;
  return { kind: 'decided', task, lane: laneOf(task, decision.line) ?? damagedLane(decision.line) };
}
