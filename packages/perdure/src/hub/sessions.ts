/** `perdure sessions list` and `revoke`: people in browsers. */

import type { Session } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connectToHub } from '../client/connect.ts';
import { allIfOwner } from '../client/find-principal.ts';
import { checkedPrefix, onlyOne } from '../client/id-prefix.ts';
import { sessionList } from './view.ts';

export async function listSessions(rim: Rim, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const sessions = await sessionsOf(client);
  const handles = await handlesFor(client);
  printData(rim, options, sessions, (columns) => sessionList(sessions, { handles, columns }));
  return 0;
}

export async function revokeSession(rim: Rim, given: string, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const kind = { noun: 'session', listing: 'perdure sessions list' } as const;
  const prefix = checkedPrefix(given, kind);
  const found = (await sessionsOf(client)).filter(({ id }) => id.startsWith(prefix));
  const { id: sessionId } = onlyOne(found, prefix, kind);
  const { data } = await client.revokeSession({ params: { sessionId } });
  printData(rim, options, data, () => 'Ended; it opens nothing any more.');
  return 0;
}

/** The owner sees those of everybody. */
async function sessionsOf(client: Client): Promise<readonly Session[]> {
  const all = await allIfOwner(client);
  return await allPages((query) => client.listSessions({ query: { ...query, all } }));
}

async function handlesFor(client: Client): Promise<ReadonlyMap<string, string>> {
  const { data: self } = await client.whoAmI();
  const known = self.isOwner ? await allPages((query) => client.listPrincipals({ query })) : [self];
  return new Map(known.map(({ id, handle }) => [id, handle]));
}
