/**
 * Whether a database that is open was cut: what is in the memory of this process can be read on, and hides it. A file
 * that has become shorter is read through once, by a connection that has nothing in memory; who made it shorter in
 * order, as `VACUUM` does, left it whole.
 */

import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { damaged, toStorageError } from './errors.ts';

/** Answers a look at the file of a database that is open. @throws PerdureError `storage_corrupt` */
export function truncationOf(path: string): () => void {
  let longest = sizeOf(path);
  return () => {
    const size = sizeOf(path);
    if (size < longest) readThrough(path);
    longest = size;
  };
}

function readThrough(path: string): void {
  let fresh: DatabaseSync | undefined;
  try {
    fresh = new DatabaseSync(path, { readOnly: true });
    const found = Object.values(fresh.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
    if (found !== 'ok') throw damaged(String(found), { path });
  } catch (error) {
    throw toStorageError(error, path);
  } finally {
    fresh?.close();
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
