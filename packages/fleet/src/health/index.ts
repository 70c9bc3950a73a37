/** Whether the members of a host are well, and who is told when they are not. */

export { healthFile } from './health-file.ts';
export type { SeenGateway } from './look.ts';
export type { HealthPorts, HealthRecord, SnapshotMember, Untold } from './ports.ts';
export { defaultEveryMs, startHealth, type Health } from './start-health.ts';
export { sweep } from './sweep-members.ts';
