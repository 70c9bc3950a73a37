/** A copy of a database that is in use. */

import { chmodSync, existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { PerdureError } from '@perdure/contract';
import { isFull, toStorageError } from './errors.ts';

/**
 * Writes what is in the database at one moment into a new file, and waits for nobody: others go on writing to it. The
 * copy is one file, without a log beside it; to bring it to the disk is up to the caller. Nothing is migrated.
 *
 * @throws PerdureError `not_found` where there is no database, or with a `storage_…` code
 */
export function copyDatabase(path: string, into: string): void {
  if (!existsSync(path)) {
    throw new PerdureError('not_found', `There is no database at ${path}, so there is nothing to copy.`);
  }
  let sqlite: DatabaseSync | undefined;
  try {
    sqlite = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    sqlite.prepare('VACUUM INTO ?').run(into);
    chmodSync(into, 0o600);
  } catch (error) {
    throw isFull(error) ? noRoom(into, error) : toStorageError(error, path);
  } finally {
    sqlite?.close();
  }
}

function noRoom(into: string, cause: unknown): PerdureError {
  const problem = `There is no room for a copy of the database at ${into}; free some space there, or choose another disk.`;
  return new PerdureError('storage_full', problem, { cause });
}
