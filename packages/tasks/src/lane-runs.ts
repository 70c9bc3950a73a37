/** Lanes that are runs, for a server: it needs none of the other use cases, and loads nothing for them. */

export { tendLaneRuns } from './desk/lane-runs.ts';
export type { LaneStore, LaneRuns, RunLook, RunStart, TendDeps } from './desk/lane-runs.ts';
export { createMirror } from './mirror/mirror.ts';
