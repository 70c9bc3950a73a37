/** Lists by which names are looked up, fetched once in a command, however many names it is given. */

import type { Client } from '@perdure/sdk';

const fetched = new WeakMap<Client, Map<string, Promise<unknown>>>();

/** `name`: of what, so that it is told from other lists. A command makes a client of its own, and its lists with it. */
export async function fetchedOnce<T>(client: Client, name: string, fetch: () => Promise<T>): Promise<T> {
  const lists = fetched.get(client) ?? new Map<string, Promise<unknown>>();
  fetched.set(client, lists);
  const known = lists.get(name) as Promise<T> | undefined;
  if (known !== undefined) return await known;
  const asked = fetch();
  lists.set(name, asked);
  return await asked;
}
