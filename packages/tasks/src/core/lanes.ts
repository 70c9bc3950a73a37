/**
 * Where the lanes of a task stand. Of the four classes of the original only `resolved` needs nobody; which of those are
 * truly over, so that the task may be completed, is another question (`laneGaps`): a worker's word that it is blocked
 * ends a round and no work.
 */

import type { Lane, LaneClass, Task } from '@perdure/contract';

export interface LaneStanding {
  readonly lane: Lane;
  readonly class: LaneClass;
  /** Why it is that one, each a clause. */
  readonly reasons: readonly string[];
}

/** With a time, a lane whose deadline has passed stands as one that is to be decided on, noted or not. */
export function standingOf(lane: Lane, now?: number): LaneStanding {
  return { lane, ...classOf(lane, now) };
}

function classOf(lane: Lane, now: number | undefined): Omit<LaneStanding, 'lane'> {
  const { status, next_role: next, controller_decision: decision } = lane;
  switch (status) {
    case 'assigned':
      return now !== undefined && isOverdue(lane, now)
        ? { class: 'attention', reasons: [`its deadline ${lane.deadline} has passed`] }
        : { class: 'active', reasons: [] };
    case 'expired':
      return { class: 'attention', reasons: [`its deadline ${lane.deadline ?? ''} has passed without a return`] };
    case 'autopilot':
    case 'handoff':
      if (next === 'none') return { class: 'dropped', reasons: [`${status}, and next_role names nobody`] };
      return decision === 'pending'
        ? { class: 'attention', reasons: [`${status} waits for a decision, next role ${next}`] }
        : { class: 'active', reasons: [] };
    default:
      return unproved(lane).length > 0
        ? { class: 'attention', reasons: unproved(lane).map(({ text }) => `claims without proof: ${text}`) }
        : { class: 'resolved', reasons: [] };
  }
}

/** What was claimed to be delivered outside and nothing shows. */
export function unproved({
  deliveries,
  delivery_proof: proof,
  controller_decision: decision,
}: Lane): Lane['deliveries'] {
  // What the controller did not accept is claimed no longer.
  if (proof !== '' || decision === 'park' || decision === 'blocked') return [];
  return deliveries.filter((one) => one.proof === undefined);
}

export function isOverdue({ status, deadline }: Lane, now: number): boolean {
  return status === 'assigned' && deadline !== null && Date.parse(deadline) <= now;
}

/** Lanes at work whose time is over: to be expired by whoever sees it. */
export function overdueLanes({ lanes }: Pick<Task, 'lanes'>, now: number): readonly Lane[] {
  return lanes.filter((lane) => isOverdue(lane, now));
}

/** Workers side by side finish sooner, and each reads what the others have read too. */
const lanesOfPriority = { time: 3, tokens: 1 } as const satisfies Record<Task['execution_priority'], number>;

/** How many lanes may be at work at once; a task with 0 has no number of its own. */
export function maxParallel(task: Pick<Task, 'max_parallel' | 'execution_priority'>): number {
  return task.max_parallel > 0 ? task.max_parallel : lanesOfPriority[task.execution_priority];
}

export interface LaneCheck {
  /** Nothing is dropped. */
  readonly ok: boolean;
  readonly dropped: readonly LaneStanding[];
  readonly attention: readonly LaneStanding[];
  readonly active: readonly LaneStanding[];
  readonly resolved: readonly LaneStanding[];
}

export function checkLanes({ lanes }: Pick<Task, 'lanes'>, now?: number): LaneCheck {
  const standings = lanes.map((lane) => standingOf(lane, now));
  const of = (name: LaneClass) => standings.filter((one) => one.class === name);
  const dropped = of('dropped');
  return {
    ok: dropped.length === 0,
    dropped,
    attention: of('attention'),
    active: of('active'),
    resolved: of('resolved'),
  };
}

/** Those that a controller has to do something about before its turn ends. */
export function waitingLanes(task: Pick<Task, 'lanes'>, now?: number): readonly LaneStanding[] {
  const { dropped, attention } = checkLanes(task, now);
  return [...dropped, ...attention];
}

/** Lanes that keep the task from being completed, with a clause for each. */
export function laneGaps({ lanes }: Pick<Task, 'lanes'>): readonly { readonly line: string; readonly why: string }[] {
  return lanes.flatMap((lane) => {
    const why = openWhy(lane);
    return why === undefined ? [] : [{ line: lane.line, why }];
  });
}

/** Over is what was done and is not in doubt, or what the controller has put aside. */
function openWhy(lane: Lane): string | undefined {
  const { status, goal_status: goal, controller_decision: decision } = lane;
  if (unproved(lane).length > 0 && status !== 'assigned') return 'claims a delivery without proof';
  if (status === 'done') {
    return decision === 'complete' || goal === 'complete' ? undefined : `is done, with its goal ${goal}`;
  }
  if (status === 'idle') return decision === 'park' ? undefined : 'is idle, and nobody has parked it';
  return status === 'assigned' ? 'is at work' : `is ${status}`;
}
