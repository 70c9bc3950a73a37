/** What is remembered of models, in SQLite: kept by the worker, shown and forgotten by the server. */

export { createLearntDesk, createLearntStore, type LearntDesk } from './learnt-store.ts';
export { createOutageDesk, createOutages, pauseAfter, type OutageDesk } from './outages.ts';
