/**
 * What an author's code threw, as the record keeps it: with the place in that code, so that nobody has to search for
 * it.
 */

import { isPerdureError, toErrorRecord, type ErrorCode, type ErrorRecord } from '@perdure/contract';
import { CallSite } from './call-site.ts';

/** `details.at` is `file:line`; an error of ours explains itself and has none. */
export function authorError(error: unknown, fallback: ErrorCode): ErrorRecord {
  const record = toErrorRecord(error, fallback);
  const at = placeOf(error);
  return at === undefined ? record : { ...record, details: { at, ...record.details } };
}

/** Where the error was made, if it was made in an author's code. */
export function placeOf(error: unknown): string | undefined {
  try {
    if (isPerdureError(error) || !(error instanceof Error)) return undefined;
    return new CallSite(error).place;
  } catch {
    // What was thrown may be anything, also a proxy or a stack that throws.
    return undefined;
  }
}
