/**
 * The record of runs in SQLite, for the desk and the sweep. Who drives runs has `drives.ts`: a process loads what it
 * needs.
 */

export { createCatalogueReader } from './catalogue-reader.ts';
export { createDelegations } from './delegations.ts';
export { createHealthReader } from './health-reader.ts';
export { holdRuns, unfinishedRuns } from './hold-runs.ts';
export { createRunIntake } from './run-intake.ts';
export { createRunRemoval } from './run-removal.ts';
export { createRunReader } from './run-reader.ts';
export { createSweepStore } from './sweep-store.ts';
export { createWaitReader } from './wait-reader.ts';
