/**
 * The run core and its record without the processes around them, for benches and for tests of the whole. The product
 * uses its rooms.
 */

export { noAgents } from './pipelines/context.ts';
export { createDriver } from './pipelines/driver.ts';
export type { RunJournal } from './pipelines/ports.ts';
export { createRunIntake } from './storage/run-intake.ts';
export { createRunJournal } from './storage/run-journal.ts';
