/** Gateways in SQLite. */

export { createFleetStore } from './fleet-store.ts';
export { leaveGateways } from './leave-gateways.ts';
