/** Lanes that members of the hub do, for a server that carries them there and back. */

export { laneBrief } from './core/lane-brief.ts';
export { isOverdue } from './core/lanes.ts';
export { quarantineText } from './core/decide-return.ts';
export { returnItems, returnOf } from './core/lane-return.ts';
export type { AgentLane } from './core/ports.ts';
export { ingestReturn } from './desk/lane-return.ts';
export type { IdDeps, WriteDeps } from './desk/deps.ts';
