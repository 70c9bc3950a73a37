/**
 * Whether an open database still lies in its place. SQLite goes on with the file that it opened, also after it was
 * deleted or another one was put in its place: what is written then is gone with the process, whatever was
 * acknowledged.
 *
 * Compared are device and inode of the database, its log and the index of the log: all three are held open for as long
 * as a connection lives. They are never opened for it: closing a descriptor would drop the locks of this process.
 */

import { statSync } from 'node:fs';
import { PerdureError } from '@perdure/contract';

/** Names a file for as long as it exists; undefined where there is none. */
export function fileIdentity(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

/** Names the index of the log, which is there while the database is in use, and after all who used it were killed. */
export function indexIdentity(path: string): string | undefined {
  return fileIdentity(`${path}-shm`);
}

/** Tells, of a database that was just opened, what is wrong with its place; undefined while nothing is. */
export function placeOf(path: string): () => PerdureError | undefined {
  const known = [path, `${path}-wal`, `${path}-shm`].flatMap((file) => {
    const identity = fileIdentity(file);
    return identity === undefined ? [] : [{ file, identity }];
  });
  return () => {
    const moved = known.find(({ file, identity }) => !isStill(file, identity));
    return moved === undefined ? undefined : replaced(moved.file);
  };
}

export function replaced(path: string): PerdureError {
  return new PerdureError(
    'storage_replaced',
    `${path} was deleted or replaced while it was in use, so nothing is recorded any more: stop Perdure, put the right database in its place, then start it again.`,
  );
}

/** Where the disk does not tell, its own failure will. */
function isStill(file: string, identity: string): boolean {
  try {
    return fileIdentity(file) === identity;
  } catch {
    return true;
  }
}

const lookEveryMs = 500;

/** Looks every half second, and tells once. */
export function watchPlace(
  database: { readonly displaced: () => PerdureError | undefined },
  onDisplaced: (error: PerdureError) => void,
): { close(): void } {
  const clock = setInterval(() => {
    const error = database.displaced();
    if (error === undefined) return;
    clearInterval(clock);
    onDisplaced(error);
  }, lookEveryMs);
  clock.unref();
  return { close: () => clearInterval(clock) };
}
