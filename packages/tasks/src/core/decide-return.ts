/**
 * The worker's side of a lane. A return needs no lease: it is taken because it names a lane of this task that is at
 * work, and the node it was given. One that does not is late or a stranger's: it is kept apart, shown, and applied by
 * nobody but a controller, who needs the lease for that. So a worker that was thought dead can neither be lost nor
 * overwrite what was decided meanwhile.
 */

import { isTaskClosed, type Lane, type QuarantinedReturn, type QuarantineReason, type Task } from '@perdure/contract';
import { happened, refuse } from './answers.ts';
import type { CommandContext, TaskCommand } from './commands.ts';
import { laneOf, noSuchLane } from './decide-lane.ts';
import { deliveriesIn } from './deliveries.ts';
import type { TaskEventBody } from './events.ts';
import { isOverdue, overdueLanes } from './lanes.ts';
import type { Decision } from './ports.ts';

type Command<Type extends TaskCommand['type']> = Extract<TaskCommand, { readonly type: Type }>;

/** More of them are a worker in a loop. */
const mostQuarantined = 50;

export function decideReturn(task: Task, command: Command<'ingest_return'>, { now }: CommandContext): Decision {
  const { given, returnId: id } = command;
  const { task_id, line, digest } = given;
  if (task_id !== task.task_id) {
    const message = `task_id mismatch: this is a return for task ${task_id.slice(0, 80)}, not for ${task.task_id}; nothing was written, ingest it there.`;
    return refuse('invalid_input', message, { expected: task.task_id, task_id });
  }
  const lane = laneOf(task, line);
  if (isKnownReturn(task, lane, digest)) return happened();
  const { body, node, tag, goal_status, next_role } = given;
  const data = { line, node, tag, goal_status, next_role, digest, deliveries: deliveriesIn(body), body };
  const why = quarantineReason(task, lane, { node, now });
  if (why === undefined) return happened({ type: 'subagent_return_ingested', data });
  if (task.quarantine.length >= mostQuarantined) {
    const message = `${mostQuarantined} returns of task ${task.task_id} wait in quarantine already; adopt or drop some with \`perdure task lane drop ${task.task_id} <return>\`, then ingest this one again.`;
    return refuse('conflict', message, { quarantined: mostQuarantined });
  }
  const expired = lane !== undefined && isOverdue(lane, now) ? [expiry(lane)] : [];
  return happened(...expired, { type: 'return_quarantined', data: { id, why, ...data } });
}

/** Whether the same was handed in before, and applied or kept apart. */
export function isKnownReturn(task: Task, lane: Lane | undefined, digest: string): boolean {
  return lane?.return_digests.includes(digest) === true || task.quarantine.some((one) => one.digest === digest);
}

function quarantineReason(
  task: Task,
  lane: Lane | undefined,
  { node, now }: { readonly node: string; readonly now: number },
): QuarantineReason | undefined {
  if (isTaskClosed(task.desired_state)) return 'task_closed';
  if (lane === undefined) return 'unknown_line';
  if (lane.status === 'expired' || isOverdue(lane, now)) return 'expired';
  if (lane.status !== 'assigned') return 'not_at_work';
  return lane.node === node ? undefined : 'other_node';
}

/** A clause for each reason. */
export const quarantineText: Readonly<Record<QuarantineReason, string>> = {
  unknown_line: 'the task has no such lane',
  other_node: 'its lane is at another node',
  not_at_work: 'its lane was not at work any more',
  expired: 'the deadline of its lane had passed',
  task_closed: 'the task was closed already',
};

/** Lanes whose deadline has passed, noted as such: never silently, and never as if they had returned. */
export function decideExpireLanes(task: Task, { now }: CommandContext): Decision {
  return happened(...expiriesOf(task, now));
}

export function expiriesOf(task: Task, now: number): readonly TaskEventBody[] {
  return overdueLanes(task, now).map(expiry);
}

function expiry({ line, node, deadline }: Lane): TaskEventBody {
  return { type: 'lane_expired', data: { line, node, deadline: deadline ?? '' } };
}

export function decideSettleReturn(task: Task, command: Command<'settle_return'>): Decision {
  const { id, how, note = '' } = command;
  const kept = task.quarantine.find((one) => one.id === id);
  if (kept === undefined) {
    const known = task.quarantine.map((one) => one.id).join(', ');
    const message = `Task ${task.task_id} keeps no return ${id}, it keeps ${known === '' ? 'none' : known}; see \`perdure task lane check ${task.task_id}\`.`;
    return refuse('not_found', message, { id });
  }
  const settled = { type: 'quarantine_settled', data: { id, how, note } } as const;
  return how === 'dropped' ? happened(settled) : adopt(task, kept, settled);
}

/** As if it had come in time. Over a worker that is at the same lane now it would undo what that one is doing. */
function adopt(task: Task, kept: QuarantinedReturn, settled: TaskEventBody): Decision {
  const { id, line, node, tag, goal_status, next_role, digest, deliveries, seq } = kept;
  const lane = laneOf(task, line);
  if (lane === undefined) return noSuchLane(task, line);
  if (lane.status === 'assigned') {
    const message = `Lane ${line} is at work at node ${lane.node}; decide on it before another return is adopted for it.`;
    return refuse('conflict', message, { line, node: lane.node });
  }
  const data = { line, node, tag, goal_status, next_role, digest, deliveries, adopted: { id, seq } };
  return happened({ type: 'subagent_return_ingested', data }, settled);
}

/** A run was started for a lane: once, whoever started it. */
export function decideLaneRun(task: Task, { line, runId }: Command<'note_lane_run'>): Decision {
  const run = laneOf(task, line)?.run;
  if (run === undefined) return noSuchLane(task, line);
  return run.run_id === null ? happened({ type: 'lane_run_started', data: { line, run_id: runId } }) : happened();
}
