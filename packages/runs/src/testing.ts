/**
 * The run core and its record without the processes around them, for benches and for tests of the whole. The product
 * uses its rooms.
 */

export { noAgents } from './steps/context.ts';
export { createDriver } from './drive/driver.ts';
export type { RunJournal } from './record/journal.ts';
export { createRunIntake } from './store/run-intake.ts';
export { createRunJournal } from './store/run-journal.ts';
