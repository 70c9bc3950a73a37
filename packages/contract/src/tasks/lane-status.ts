/**
 * The life of a worker lane: words of the original format, and one table as data. A worker's return gives the lane its
 * tag as its status; a decision of the controller implies another. `expired` is ours: its deadline passed, and nobody
 * may take a dead worker for one at work.
 */

/** What a worker can say of its round. */
export const laneTags = ['autopilot', 'done', 'idle', 'blocked', 'handoff', 'need_user'] as const;
export type LaneTag = (typeof laneTags)[number];

export const laneStatuses = ['assigned', ...laneTags, 'expired'] as const;
export type LaneStatus = (typeof laneStatuses)[number];

export const goalStatuses = ['partial', 'complete', 'waiting', 'blocked'] as const;
export type GoalStatus = (typeof goalStatuses)[number];

/** Who can be given a lane. */
export const laneOwners = ['worker', 'research', 'verify', 'main'] as const;
export type LaneOwner = (typeof laneOwners)[number];

/** Whose turn it is after a round. */
export const nextRoles = ['main', 'verify', 'research', 'worker', 'user', 'none'] as const;
export type NextRole = (typeof nextRoles)[number];

export const laneDecisions = ['dispatch', 'verify', 'park', 'wait_user', 'complete', 'blocked'] as const;
export type LaneDecision = (typeof laneDecisions)[number];

/** The status that a decision implies. */
export const statusOfDecision = {
  dispatch: 'assigned',
  verify: 'handoff',
  park: 'idle',
  wait_user: 'need_user',
  complete: 'done',
  blocked: 'blocked',
} as const satisfies Record<LaneDecision, LaneStatus>;

/** `attention`: it waits for a decision. `dropped`: it says of nobody that it is their turn, and would be forgotten. */
export const laneClasses = ['dropped', 'attention', 'active', 'resolved'] as const;
export type LaneClass = (typeof laneClasses)[number];

/** Why a return was kept apart instead of being applied. */
export const quarantineReasons = ['unknown_line', 'other_node', 'not_at_work', 'expired', 'task_closed'] as const;
export type QuarantineReason = (typeof quarantineReasons)[number];
