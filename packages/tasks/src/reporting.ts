/** The sweep over tasks and what sends their reports, for a process that stays and needs no other use case. */

export { policyOf } from './core/report-policy.ts';
export { createSender } from './delivery/send.ts';
export { createMirror } from './mirror/mirror.ts';
export { laneExpiry } from './desk/lane-expire.ts';
export { startTaskSweep, type TaskSweepDeps } from './desk/task-sweep.ts';
