/** Where a chat takes place: with somebody, by their handle, or in a channel, by its name or id. */

import { isPerdureError, PerdureError, type Channel, type Principal } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { findPrincipal } from '../client/find-principal.ts';
import { findChannel } from '../hub/find.ts';
import { printable } from '../text/format.ts';

/** A handle comes first: where a channel has the same name it is meant by its id. A dm is made where there is none. */
export async function findTalk(client: Client, given: string, self: Principal): Promise<Channel> {
  const principal = await unlessThereIsNone(findPrincipal(client, given));
  if (principal !== undefined) return await directWith(client, principal, self);
  if (given.startsWith('@')) await findPrincipal(client, given);
  const channel = await unlessThereIsNone(findChannel(client, given));
  if (channel === undefined) {
    throw new PerdureError(
      'not_found',
      `There is nobody and no channel "${given}" for ${self.handle}; \`perdure channels list\` shows where they are.`,
    );
  }
  if (channel.readSeq !== undefined) return channel;
  throw new PerdureError(
    'forbidden',
    `${self.handle} is not in ${printable(channel.name)}: \`perdure channels add\` takes them in.`,
  );
}

async function directWith(client: Client, { id, handle }: { id: string; handle: string }, self: Principal) {
  if (id === self.id) {
    throw new PerdureError(
      'usage',
      `You are ${handle} yourself: talk with somebody else, or say with --as who you are.`,
    );
  }
  const { data } = await client.createChannel({ body: { kind: 'dm', memberIds: [id] } });
  return data;
}

async function unlessThereIsNone<T>(looked: Promise<T>): Promise<T | undefined> {
  try {
    return await looked;
  } catch (error) {
    if (isPerdureError(error, 'not_found')) return undefined;
    throw error;
  }
}
