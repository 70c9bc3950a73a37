/** The database of a state root. */

export { isSyncFailure, toStorageError } from './errors.ts';
export { createGroupCommit, type GroupCommit, type GroupCommitOptions } from './group-commit.ts';
export { LockBudget } from './lock-budget.ts';
export { openConnection, openDatabase, type Connection, type Database, type OpenOptions } from './open.ts';
export type * from './schema.ts';
