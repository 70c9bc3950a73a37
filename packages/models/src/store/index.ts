/** What is remembered of models, in SQLite. */

export { createOutageStore, pauseAfter, type ClaimOutcome, type OutageRow, type OutageStore } from './outages.ts';
