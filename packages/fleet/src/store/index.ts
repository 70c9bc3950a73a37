/** Gateways in SQLite. */

export { createFleetStore } from './fleet-store.ts';
