/** Keys and channels as people name them: by label, by name, or by the beginning of an id. */

import { PerdureError, type ApiKey, type Channel, type DriveFile, type Principal } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { allPages } from '../client/all-pages.ts';
import { allIfOwner } from '../client/find-principal.ts';
import { checkedPrefix, onlyOne } from '../client/id-prefix.ts';

export async function findKey(
  client: Client,
  { id: principalId, handle }: Pick<Principal, 'id' | 'handle'>,
  given: string,
): Promise<ApiKey> {
  const { data } = await client.listKeys({ params: { principalId } });
  const open = data.filter(({ revokedAt }) => revokedAt === undefined);
  const named = open.filter(({ label }) => label === given);
  if (named.length === 1 && named[0] !== undefined) return named[0];
  const kind = { noun: 'key', listing: `perdure keys list ${handle}` } as const;
  const prefix = checkedPrefix(named[0]?.id.slice(0, 4) ?? given, kind);
  return onlyOne(named.length > 1 ? named : data.filter(({ id }) => id.startsWith(prefix)), prefix, kind);
}

/** By its name, letter case aside, where only one has it. */
export async function findChannel(client: Client, given: string): Promise<Channel> {
  const all = await allIfOwner(client);
  const channels = await allPages((query) => client.listChannels({ query: { ...query, all } }));
  const named = channels.filter(({ name }) => name.toLowerCase() === given.toLowerCase());
  if (named.length === 1 && named[0] !== undefined) return named[0];
  if (named.length > 1) {
    const ids = named.slice(0, 5).map(({ id }) => id);
    throw new PerdureError(
      'conflict',
      `${named.length} channels are called "${given}": name one by its id, ${ids.join(' or ')}.`,
    );
  }
  const kind = { noun: 'channel', listing: 'perdure channels list' } as const;
  if (!/^[0-9a-f-]{4,36}$/i.test(given)) {
    throw new PerdureError('not_found', `There is no channel "${given}"; \`${kind.listing}\` shows those there are.`);
  }
  const prefix = checkedPrefix(given, kind);
  return onlyOne(
    channels.filter(({ id }) => id.startsWith(prefix)),
    prefix,
    kind,
  );
}

/** By its name where only one has it, or by the beginning of its id. */
export async function findFile(client: Client, given: string): Promise<DriveFile> {
  const all = await allPages((query) => client.listFiles({ query }));
  const named = all.filter(({ fileName }) => fileName === given);
  if (named.length === 1 && named[0] !== undefined) return named[0];
  if (named.length > 1) {
    const ids = named.slice(0, 5).map(({ id }) => id);
    throw new PerdureError(
      'conflict',
      `${named.length} files are called "${given}": name one by its id, ${ids.join(' or ')}.`,
    );
  }
  // One that a message has brought is in no list.
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given)) {
    return (await client.getFile({ params: { fileId: given.toLowerCase() } })).data;
  }
  const kind = { noun: 'file', listing: 'perdure drive list' } as const;
  if (!/^[0-9a-f-]{4,36}$/i.test(given)) {
    throw new PerdureError('not_found', `There is no file "${given}"; \`${kind.listing}\` shows those there are.`);
  }
  const prefix = checkedPrefix(given, kind);
  return onlyOne(
    all.filter(({ id }) => id.startsWith(prefix)),
    prefix,
    kind,
  );
}
