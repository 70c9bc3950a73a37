/** Pages of lists whose cursor is the key of the last item. */

import type { Page, PageRequest } from '../core/ports.ts';

/** `read` gives at most `limit` behind `cursor`; one more is asked for, to know whether there is a next page. */
export function readPage<T>(
  { cursor = '', limit }: PageRequest,
  read: (cursor: string, limit: number) => readonly T[],
  keyOf: (item: T) => string,
): Page<T> {
  const found = read(cursor, limit + 1);
  const data = found.slice(0, limit);
  const last = data.at(-1);
  return found.length > limit && last !== undefined ? { data, next: keyOf(last) } : { data };
}
