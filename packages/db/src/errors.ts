/** What SQLite says, in our words. The numbers are SQLite's result codes (https://www.sqlite.org/rescode.html). */

import { PerdureError, type ErrorCode } from '@perdure/contract';

const primary = {
  error: 1,
  busy: 5,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;
/**
 * SQLITE_IOERR_FSYNC: the kernel may have dropped pages that it reported as written; only a restart re-reads the truth.
 */
const fsyncFailed = 1034;
/**
 * SQLITE_IOERR_SHMSIZE: no room for the file through which the processes of a database share its index; so for reading,
 * too.
 */
const noRoomToShare = 4874;

interface SqliteFailure {
  readonly errcode: number;
  readonly message: string;
}

function isSqliteFailure(error: unknown): error is SqliteFailure {
  return typeof error === 'object' && error !== null && 'errcode' in error && typeof error.errcode === 'number';
}

/** Another process holds the lock. */
export function isBusy(error: unknown): boolean {
  return isSqliteFailure(error) && (error.errcode & 0xff) === primary.busy;
}

export function isFull(error: unknown): boolean {
  return isSqliteFailure(error) && (error.errcode & 0xff) === primary.full;
}

export function isSyncFailure(error: unknown): boolean {
  return isSqliteFailure(error) && error.errcode === fsyncFailed;
}

/** Our statements name what the migrations have made: where it is not there, somebody or something took it away. */
function namesMissingParts(message: string): boolean {
  return /^(?:no such (?:table|column)|table \S+ (?:has no column named|already exists)|malformed database schema)/.test(
    message,
  );
}

export function damaged(
  why: string,
  { path, cause }: { readonly path: string; readonly cause?: unknown },
): PerdureError {
  return new PerdureError(
    'storage_corrupt',
    `The database ${path} is damaged (${why}); stop, keep a copy of the folder, and restore a backup.`,
    { cause },
  );
}

/** The catalogue's error for a failure of the database in `path`; anything else is returned as it came. */
export function toStorageError(error: unknown, path: string): unknown {
  if (!isSqliteFailure(error)) return error;
  const made = (code: ErrorCode, what: string) => new PerdureError(code, what, { cause: error });
  switch (error.errcode === noRoomToShare ? primary.full : error.errcode & 0xff) {
    case primary.full:
      return made(
        'storage_full',
        `The database ${path} cannot grow: the disk or its page limit is full; free some space, work then goes on by itself.`,
      );
    case primary.readOnly:
      return made(
        'storage_read_only',
        `The database ${path} is read-only for this account; make the file and its folder writable.`,
      );
    case primary.corrupt:
    case primary.notADatabase:
      return damaged(error.message, { path, cause: error });
    case primary.error:
      return namesMissingParts(error.message) ? damaged(error.message, { path, cause: error }) : error;
    case primary.cannotOpen:
      return made(
        'storage_read_only',
        `The database ${path} cannot be opened; its folder must exist and be writable for this account.`,
      );
    case primary.busy:
      return made('unavailable', `The database ${path} stayed locked by another process; try again in a moment.`);
    case primary.ioError:
      return made('unavailable', `The disk under ${path} failed (${error.message}); check the disk before going on.`);
    default:
      return error;
  }
}
