/** Does the steps of jobs against what it is given. */

export { createFleetDesk, type FleetDesk } from './fleet-desk.ts';
export { createKeyWatch, type RefreshKeysDeps } from './refresh-keys.ts';
export type { RefreshOutcome } from './refresh-key.ts';
export { createToolWatch } from './watch-tools.ts';
export { lookAtHome } from './repair/index.ts';
export { readdress, type ReaddressDeps } from './readdress.ts';
export type { FleetDeskDeps, Patience } from './ports.ts';
export { checkArchive } from '../home/index.ts';
