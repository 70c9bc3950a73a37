/**
 * Pages read by key: the cursor is the key of the last item, so a list that grows meanwhile neither repeats nor skips
 * what was there.
 */

import { PerdureError } from '@perdure/contract';

export interface CutPage<Row> {
  readonly data: Row[];
  /** To be spread into the page: empty on the last one. */
  readonly next: { readonly next?: string };
}

/** Cuts `rows`, one more than a page was asked for: if it came, there is a next page. */
export function cutPage<Row>(rows: readonly Row[], limit: number, cursorOf: (row: Row) => string): CutPage<Row> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, next: rows.length > limit && last !== undefined ? { next: cursorOf(last) } : {} };
}

/** `cursor` itself, else an error that says where cursors come from. */
export function checkedCursor(cursor: string, valid: boolean): string {
  if (valid) return cursor;
  throw new PerdureError(
    'invalid_input',
    'The cursor is not one of this list; send `next` of the page before, unchanged.',
  );
}
