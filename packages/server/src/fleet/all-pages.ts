/** All of a list that comes in pages, in the order of the list. */

export interface OnePage<T> {
  readonly data: readonly T[];
  readonly next?: string | undefined;
}

const most = 100;

export async function allPages<T>(
  read: (page: { readonly cursor: string | undefined; readonly limit: number }) => Promise<OnePage<T>>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const { data, next } = await read({ cursor, limit: most });
    all.push(...data);
    cursor = next;
  } while (cursor !== undefined);
  return all;
}
