/** What the operating system refuses while nothing of ours has words for it: the disk, and files that are open. */

import { PerdureError, type ErrorCode } from '@perdure/contract';

const full = ['storage_full', 'The disk is full; free some space, then try again.'] as const;
const tooManyFiles = [
  'unavailable',
  'Too many files are open; raise the limit (`ulimit -n 4096`) where it is started, then start it again.',
] as const;

const known: Readonly<Record<string, readonly [code: ErrorCode, message: string]>> = {
  ENOSPC: full,
  EDQUOT: full,
  EROFS: ['storage_read_only', 'The file system is read-only; make it writable, or choose another folder.'],
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
};

/** SQLITE_FULL. */
const sqliteFull = 13;

/** As an error of ours where it says something that we know; else as it came. */
export function systemFailure(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  const { code, errcode, path } = error as {
    readonly code?: unknown;
    readonly errcode?: unknown;
    readonly path?: unknown;
  };
  const found = errcode === sqliteFull ? full : known[String(code)];
  if (found === undefined) return error;
  const where = typeof path === 'string' ? ` (${path})` : '';
  return new PerdureError(found[0], found[1].replace(';', `${where};`), { cause: error });
}
