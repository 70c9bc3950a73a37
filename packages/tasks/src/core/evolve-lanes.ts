/** The part of the fold that keeps the lanes, and the returns that fit none. */

import type { Lane, Task } from '@perdure/contract';
import type { TaskEvent } from './events.ts';
import { withWorker } from './evolve-workers.ts';
import { unproved } from './lanes.ts';

const laneEvents = [
  'subtask_assigned',
  'subagent_return_ingested',
  'controller_decision_recorded',
  'lane_expired',
  'lane_run_wanted',
  'lane_run_started',
  'lane_agent_wanted',
  'return_quarantined',
  'quarantine_settled',
] as const;
export type LaneEvent = Extract<TaskEvent, { readonly type: (typeof laneEvents)[number] }>;

export function isLaneEvent(event: TaskEvent): event is LaneEvent {
  return laneEvents.some((type) => type === event.type);
}

type Data<Type extends LaneEvent['type']> = Extract<LaneEvent, { readonly type: Type }>['data'];

/** How many returns of a lane are known again. */
const mostDigests = 20;
/** Claims beyond these add nothing to what has to be looked at. */
const mostClaims = 50;

export function afterLane(
  task: Task,
  event: LaneEvent,
  { at, by }: { readonly at: string; readonly by: string },
): Task {
  switch (event.type) {
    case 'subtask_assigned':
      return assigned(task, event.data, at);
    case 'subagent_return_ingested':
      // Whoever did a part of the work accepts none of it.
      return withWorker(
        changed(task, event.data.line, (lane) => returned(lane, event, at)),
        by,
      );
    case 'controller_decision_recorded':
      return changed(task, event.data.line, (lane) => decided(lane, event.data, at));
    case 'lane_expired':
      return changed(task, event.data.line, (lane) => ({ ...lane, status: 'expired', updated_at: at }));
    case 'lane_run_wanted': {
      const { line, ...run } = event.data;
      return changed(task, line, (lane) => ({ ...lane, run: { ...run, run_id: null } }));
    }
    case 'lane_run_started':
      return changed(task, event.data.line, (lane) => withRun(lane, event.data.run_id));
    case 'lane_agent_wanted': {
      const { line, ...agent } = event.data;
      return changed(task, line, (lane) => ({ ...lane, agent }));
    }
    case 'return_quarantined': {
      const { body: _, ...kept } = event.data;
      return { ...task, quarantine: [...task.quarantine, { ...kept, by, at, seq: event.seq }] };
    }
    default:
      return settled(task, event.data);
  }
}

function assigned(task: Task, data: Data<'subtask_assigned'>, at: string): Task {
  const before = task.lanes.find(({ line }) => line === data.line);
  const lane: Lane = {
    ...data,
    status: 'assigned',
    goal_status: 'partial',
    next_role: data.owner,
    controller_decision: 'pending',
    controller_note: '',
    assigned_at: at,
    updated_at: at,
    last_return_tag: null,
    last_return_at: null,
    last_return_seq: null,
    return_digests: before?.return_digests ?? [],
    deliveries: before === undefined ? [] : [...unproved(before)],
    delivery_proof: '',
  };
  if (before === undefined) return { ...task, lanes: [...task.lanes, lane] };
  return changed(task, data.line, () => lane);
}

function returned(
  before: Lane,
  { data, seq }: Extract<LaneEvent, { type: 'subagent_return_ingested' }>,
  at: string,
): Lane {
  const { last_body: _, ...lane } = before;
  return {
    ...lane,
    node: data.node,
    status: data.tag,
    goal_status: data.goal_status,
    next_role: data.next_role,
    controller_decision: 'pending',
    controller_note: '',
    updated_at: at,
    last_return_tag: data.tag,
    last_return_at: at,
    last_return_seq: data.adopted === undefined ? seq : data.adopted.seq,
    return_digests: withDigest(lane, data.digest),
    deliveries: withClaims(before, data.deliveries),
    delivery_proof: '',
  };
}

/** What an earlier round claimed and nobody has proved is not forgotten with the next. */
function withClaims(before: Lane, claims: Lane['deliveries']): Lane['deliveries'] {
  const open = unproved(before).filter(({ text }) => claims.every((claim) => claim.text !== text));
  return [...open, ...claims].slice(0, mostClaims);
}

function decided(lane: Lane, data: Data<'controller_decision_recorded'>, at: string): Lane {
  const { decision, status, note, next_role, node, minutes, deadline, proof } = data;
  const isNewRound = deadline !== undefined;
  const kept = isNewRound ? unbound(lane) : lane;
  return {
    ...kept,
    status,
    next_role,
    controller_decision: decision,
    controller_note: note,
    updated_at: at,
    delivery_proof: proof ?? lane.delivery_proof,
    ...(isNewRound && { node: node ?? lane.node, minutes: minutes ?? null, deadline, assigned_at: at }),
    ...(isNewRound && { deliveries: [...unproved(lane)] }),
  };
}

/** The next round of what a run or a member began is somebody's. */
export function unbound(lane: Lane): Lane {
  const { run: _, agent: __, ...others } = lane;
  return others;
}

function withRun(lane: Lane, run_id: string): Lane {
  return lane.run === undefined ? lane : { ...lane, run: { ...lane.run, run_id } };
}

/** One that was dropped is known when it comes again, as is one that was adopted. */
function settled(task: Task, { id }: Data<'quarantine_settled'>): Task {
  const kept = task.quarantine.find((one) => one.id === id);
  const quarantine = task.quarantine.filter((one) => one.id !== id);
  if (kept === undefined) return task;
  return changed({ ...task, quarantine }, kept.line, (lane) => ({
    ...lane,
    return_digests: withDigest(lane, kept.digest),
  }));
}

function withDigest({ return_digests: before }: Lane, digest: string): string[] {
  return before.includes(digest) ? before : [...before, digest].slice(-mostDigests);
}

function changed(task: Task, line: string, change: (lane: Lane) => Lane): Task {
  return { ...task, lanes: task.lanes.map((lane) => (lane.line === line ? change(lane) : lane)) };
}
