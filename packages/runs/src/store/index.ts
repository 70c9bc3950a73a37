/** The record of runs in SQLite: every port of the run core and of its desk. */

export { createCatalogueReader } from './catalogue-reader.ts';
export { publishCatalogue } from './catalogue-writer.ts';
export { createHealthReader } from './health-reader.ts';
export { createRunIntake } from './run-intake.ts';
export { createRunJournal } from './run-journal.ts';
export { createRunReader } from './run-reader.ts';
export { createSweepStore } from './sweep-store.ts';
export { createWaitReader } from './wait-reader.ts';
