/** The database of a state root. */

export { checkpoint, keepCheckpointed } from './checkpoints.ts';
export { copyDatabase } from './copy.ts';
export { dataVersionOf } from './data-version.ts';
export { inspectDatabase, type InspectOptions } from './inspect.ts';
export { isSyncFailure, toStorageError } from './errors.ts';
export { createGroupCommit, type GroupCommit, type GroupCommitOptions } from './group-commit.ts';
export { LockBudget } from './lock-budget.ts';
export { schemaVersionOf } from './migrate.ts';
export { openConnection, openDatabase, type Connection, type Database, type OpenOptions } from './open.ts';
export { fileIdentity, indexIdentity, replaced, watchPlace } from './place.ts';
export { noteReach, type ReachNote } from './reach.ts';
export { createRead, type Read } from './read.ts';
export { newId } from './rising-id.ts';
export { truncationOf } from './truncation.ts';
export type * from './schema.ts';
