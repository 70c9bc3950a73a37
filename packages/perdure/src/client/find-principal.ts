/** Principals as people name them: by handle, with or without its @, or by id. */

import { PerdureError, type Member, type Principal } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { allPages } from './all-pages.ts';
import { fetchedOnce } from './fetched-once.ts';

type Found = Pick<Principal, 'id' | 'handle' | 'kind' | 'displayName'>;

/** The owner finds everybody, anybody else who shares a channel with them. */
export async function findPrincipal(client: Client, given: string): Promise<Found> {
  const handle = given.replace(/^@/, '');
  const { data: self } = await fetchedOnce(client, 'self', () => client.whoAmI());
  const isMeant = (one: Found): boolean => one.handle === handle || one.id === given;
  if (isMeant(self)) return self;
  if (self.isOwner) {
    const all = await fetchedOnce(client, 'principals', () => allPages((query) => client.listPrincipals({ query })));
    const found = all.find(isMeant);
    if (found !== undefined) return found;
    throw new PerdureError(
      'not_found',
      `There is no principal "${given}"; \`perdure principals list\` shows who there is.`,
    );
  }
  const peer = await findPeer(client, isMeant);
  if (peer !== undefined) return peer;
  throw new PerdureError(
    'not_found',
    `${self.handle} shares no channel with "${given}", and so does not know them: the owner can take both into one.`,
  );
}

async function findPeer(client: Client, isMeant: (one: Found) => boolean): Promise<Member | undefined> {
  const channels = await fetchedOnce(client, 'channels', () => allPages((query) => client.listChannels({ query })));
  for (const { id: channelId } of channels) {
    const members = await fetchedOnce(client, `members of ${channelId}`, () =>
      allPages((query) => client.listMembers({ params: { channelId }, query })),
    );
    const found = members.find(isMeant);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** For lists that show the owner more: whether to ask for all there is. */
export async function allIfOwner(client: Client): Promise<'true' | 'false'> {
  const { data: self } = await fetchedOnce(client, 'self', () => client.whoAmI());
  return self.isOwner ? 'true' : 'false';
}
