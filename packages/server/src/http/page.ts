/** Pages of lists, as a query asks for them. */

import type { PageRequest } from '@perdure/runs/desk';

/** Items of a page that asks for no number. */
export const defaultLimit = 100;

export function pageOf(query: { cursor?: string | undefined; limit?: number | undefined }): PageRequest {
  return { cursor: query.cursor, limit: query.limit ?? defaultLimit };
}
