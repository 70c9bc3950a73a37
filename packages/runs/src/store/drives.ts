/** The record of runs in SQLite, for the process that drives them. */

export { publishCatalogue } from './catalogue-writer.ts';
export { createRunJournal } from './run-journal.ts';
export { createSweepStore } from './sweep-store.ts';
