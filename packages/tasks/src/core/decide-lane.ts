/**
 * The controller's side of a lane: giving it to a worker, and deciding what becomes of it after a round. Both need the
 * lease, for both are decisions about the task. A lane at work is never given to a second worker by a slip: who wants
 * it back decides so first.
 */

import {
  canonicalJson,
  codePoints,
  compact,
  maxContentLength,
  statusOfDecision,
  type Lane,
  type Task,
} from '@perdure/contract';
import { happened, refuse } from './answers.ts';
import type { CommandContext, TaskCommand } from './commands.ts';
import type { TaskEventBody } from './events.ts';
import { laneBrief, type BriefedLane } from './lane-brief.ts';
import { maxParallel, standingOf, unproved } from './lanes.ts';
import type { Decision, Refusal } from './ports.ts';
import { isoTime } from './time.ts';
import { impossible } from './transition.ts';
import { normalizeTarget, overlap } from './write-targets.ts';

type Command<Type extends TaskCommand['type']> = Extract<TaskCommand, { readonly type: Type }>;

/** As ids of tasks, with capital letters. */
const linePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** More lines than this are no plan any more. */
const mostLanes = 500;
/** How long a round may take where nobody says. */
export const defaultLaneMinutes = 60;

export function decideAssignLane(task: Task, command: Command<'assign_lane'>, context: CommandContext): Decision {
  const { line } = command;
  if (!linePattern.test(line)) {
    const rule = '1 to 64 letters, digits, dots, dashes and underscores, the first a letter or a digit';
    return refuse('invalid_input', `The name of a lane has ${rule}; choose another.`, { line });
  }
  if (task.desired_state !== 'running') return impossible(task, 'assign_lane');
  const before = laneOf(task, line);
  const targets = normalized(task, command.lane.write_targets);
  if (targets.kind === 'refused') return targets;
  const wanted = {
    ...blank,
    ...(before && plan(before)),
    ...compact({ ...command.lane, write_targets: targets.paths }),
  };
  if (wanted.goal.trim() === '')
    return refuse('invalid_input', `Lane ${line} needs a goal; say what is to be reached.`);
  if (before?.status === 'assigned') return isSame(before, wanted, command) ? happened() : atWork(before);
  if (before === undefined && task.lanes.length >= mostLanes) {
    return refuse(
      'conflict',
      `Task ${task.task_id} has ${mostLanes} lanes already; split the work into several tasks.`,
    );
  }
  const inTheWay = roomFor(task, { line, ...wanted });
  if (inTheWay !== undefined) return inTheWay;
  const data = { line, ...wanted, deadline: deadlineOf(wanted.minutes, context) };
  const events: TaskEventBody[] = [{ type: 'subtask_assigned', data }];
  const { run, agent: handle } = command;
  const key = roundKey(task, line);
  if (run !== undefined) events.push({ type: 'lane_run_wanted', data: { line, ...run, key } });
  if (handle !== undefined) {
    const tooLong = messageRefusal(task, data);
    if (tooLong !== undefined) return tooLong;
    events.push({ type: 'lane_agent_wanted', data: { line, handle, key } });
  }
  return happened(...events);
}

const blank = {
  owner: 'worker' as const,
  goal: '',
  summary: '',
  scope: '',
  write_targets: [] as string[],
  coordination: '',
  node: 'start',
  minutes: defaultLaneMinutes as number | null,
};

type Plan = Pick<Lane, keyof typeof blank>;

function plan({ owner, goal, summary, scope, write_targets, coordination, node, minutes }: Lane): Plan {
  return { owner, goal, summary, scope, write_targets, coordination, node, minutes };
}

/** A member is told all of it in one message. */
function messageRefusal(task: Task, lane: BriefedLane): Refusal | undefined {
  const length = codePoints(laneBrief(task, lane, 'in a message'));
  if (length <= maxContentLength) return undefined;
  const message = `What the member would be told of lane ${lane.line} has ${length} characters, and a message may have ${maxContentLength}; put what is long into a file of the project, and name it in the goal.`;
  return refuse('too_large', message, { line: lane.line, length });
}

function isSame(lane: Lane, wanted: Plan, { run, agent }: Pick<Command<'assign_lane'>, 'run' | 'agent'>): boolean {
  const before = lane.run && { pipeline: lane.run.pipeline, input: lane.run.input };
  const [is, was] = [
    [wanted, run ?? null, agent ?? null],
    [plan(lane), before ?? null, lane.agent?.handle ?? null],
  ];
  return canonicalJson(is) === canonicalJson(was);
}

/** The same for every start of this round of this lane of this task. */
function roundKey(task: Task, line: string): string {
  return `lane/${task.task_id}/${Date.parse(task.created_at).toString(36)}/${line}/${task.revision + 1}`;
}

export function decideDecideLane(task: Task, command: Command<'decide_lane'>, context: CommandContext): Decision {
  const { line, decision, note = '', nextRole, proof } = command;
  const lane = laneOf(task, line);
  if (lane === undefined) return noSuchLane(task, line);
  const status = statusOfDecision[decision];
  if (command.status !== undefined && command.status !== status) {
    const message = `The decision ${decision} makes lane ${line} ${status}, not ${command.status}; choose the decision that says what you mean.`;
    return refuse('invalid_input', message, { decision, implies: status });
  }
  const refusal =
    decision === 'dispatch'
      ? dispatchRefusal(task, lane)
      : decision === 'complete'
        ? completeRefusal(lane, { note, proof })
        : undefined;
  if (refusal !== undefined) return refusal;
  const { minutes = lane.minutes, node = lane.node } = command;
  // Who takes back what a worker is at only says so once more to nobody.
  const isNewRound = decision === 'dispatch' && (lane.status !== 'assigned' || command.minutes !== undefined);
  const round = isNewRound ? { node, minutes, deadline: deadlineOf(minutes, context) } : {};
  const next_role = nextRole ?? (decision === 'verify' ? 'verify' : lane.next_role);
  const data = { line, decision, status, note, next_role, ...round, ...compact({ proof }) };
  return isDecided(lane, data) ? happened() : happened({ type: 'controller_decision_recorded', data });
}

function isDecided(
  lane: Lane,
  data: { decision: string; status: string; note: string; next_role: string; proof?: string },
) {
  return (
    lane.controller_decision === data.decision &&
    lane.status === data.status &&
    lane.controller_note === data.note &&
    lane.next_role === data.next_role &&
    (data.proof === undefined || data.proof === lane.delivery_proof) &&
    !Object.hasOwn(data, 'deadline')
  );
}

function dispatchRefusal(task: Task, lane: Lane): Refusal | undefined {
  if (task.desired_state !== 'running') return impossible(task, 'dispatch');
  return lane.status === 'assigned' ? undefined : roomFor(task, lane);
}

/** What nobody returned as reached is completed with a reason alone, and a delivery with a place where it is seen. */
function completeRefusal(
  lane: Lane,
  { note, proof = '' }: { readonly note: string; readonly proof: string | undefined },
): Refusal | undefined {
  const [claim] = proof.trim() === '' ? unproved(lane) : [];
  if (claim !== undefined) {
    const message = `Lane ${lane.line} claims a delivery that nothing proves ("${claim.text.slice(0, 80)}"); look yourself, and say with --proof where it can be seen, or that nothing was delivered.`;
    return refuse('conflict', message, { line: lane.line, deliveries: unproved(lane) });
  }
  const isReached = lane.goal_status === 'complete' && lane.last_return_at !== null;
  if (isReached || note.trim() !== '' || proof.trim() !== '') return undefined;
  const message = `Lane ${lane.line} has returned nothing that says its goal is complete; say with --note why it is done all the same.`;
  return refuse('conflict', message, { line: lane.line, goal_status: lane.goal_status });
}

/** As many as the task allows, and none that would write where another does. */
function roomFor(
  task: Task,
  { line, write_targets: targets, coordination }: Pick<Lane, 'line' | 'write_targets' | 'coordination'>,
): Refusal | undefined {
  const others = task.lanes.filter((lane) => lane.line !== line);
  const active = others.filter((lane) => standingOf(lane).class === 'active').map((lane) => lane.line);
  const most = maxParallel(task);
  if (active.length >= most) {
    const message = `Task ${task.task_id} may have ${most} lane(s) at once, and has ${active.join(', ')}; wait for a return, or raise it with \`perdure task update ${task.task_id} --max-parallel <n>\`.`;
    return refuse('conflict', message, { active, max_parallel: most });
  }
  if (coordination.trim() !== '') return undefined;
  // One that expired or was cut off may still have somebody at its files.
  const open = others.filter((lane) => standingOf(lane).class !== 'resolved');
  for (const lane of open) {
    const shared = targets.find((target) => lane.write_targets.some((theirs) => overlap(target, theirs)));
    if (shared === undefined) continue;
    const message = `Lane ${lane.line} writes to ${shared === '' ? 'the whole project' : shared} too; give this one another place, or say with --coordination how the two keep out of each other's way.`;
    return refuse('conflict', message, { line: lane.line, target: shared });
  }
  return undefined;
}

function normalized(task: Task, targets: readonly string[] | undefined) {
  if (targets === undefined) return { kind: 'targets', paths: undefined } as const;
  const paths: string[] = [];
  for (const target of targets) {
    const found = normalizeTarget(target, task.project);
    if (found.kind === 'outside') {
      const message = `The write target ${target.slice(0, 100)} leads out of the project; name a path inside of it, or an absolute one.`;
      return refuse('invalid_input', message, { target });
    }
    if (!paths.includes(found.path)) paths.push(found.path);
  }
  return { kind: 'targets', paths } as const;
}

function deadlineOf(minutes: number | null, { now }: CommandContext): string | null {
  return minutes === null ? null : isoTime(now + minutes * 60_000);
}

function atWork({ line, node, deadline }: Lane): Refusal {
  const until = deadline === null ? '' : ` until ${deadline}`;
  const message = `Lane ${line} is at work at node ${node}${until}; wait for its return, or decide to park it before it is given to another.`;
  return refuse('conflict', message, { line, node });
}

export function laneOf({ lanes }: Pick<Task, 'lanes'>, line: string): Lane | undefined {
  return lanes.find((lane) => lane.line === line);
}

export function noSuchLane(task: Task, line: string): Refusal {
  const known = task.lanes.map((lane) => lane.line).join(', ');
  const message = `Task ${task.task_id} has no lane ${line}, it has ${known === '' ? 'none' : known}; assign it first, or correct the name.`;
  return refuse('not_found', message, { line });
}
