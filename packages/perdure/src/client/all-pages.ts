/** Lists of the API come in pages; this reads all of them. */

import { compact } from '@perdure/contract';

interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

interface Page<T> {
  readonly data: readonly T[];
  readonly next?: string | undefined;
}

/** The largest page there is. */
const limit = 1000;

export async function allPages<T>(read: (query: PageQuery) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit, ...compact({ cursor }) });
    items.push(...page.data);
    cursor = page.next;
  } while (cursor !== undefined);
  return items;
}
