/** Keys and channels as people name them: by label, by name, or by the beginning of an id. */

import {
  handlePattern,
  isPerdureError,
  PerdureError,
  type ApiKey,
  type Channel,
  type DriveFile,
  type Principal,
} from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { allPages } from '../client/all-pages.ts';
import { fetchedOnce } from '../client/fetched-once.ts';
import { allIfOwner, findPrincipal } from '../client/find-principal.ts';
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

/** By its name, letter case aside, where only one has it, by its id, or a dm by the handle of the other. */
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
  const direct = await directWith(client, given, channels);
  if (direct !== undefined) return direct;
  const kind = { noun: 'channel', listing: 'perdure channels list' } as const;
  if (!/^[0-9a-f-]{4,36}$/i.test(given)) {
    const person = handlePattern.test(given.replace(/^@/, '')) ? await known(client, given) : undefined;
    const next =
      person === undefined
        ? `; \`${kind.listing}\` shows those there are`
        : `, and no dm with ${person}: \`perdure channels dm ${person}\` makes one`;
    throw new PerdureError('not_found', `There is no channel "${given}"${next}.`);
  }
  const prefix = checkedPrefix(given, kind);
  return onlyOne(
    channels.filter(({ id }) => id.startsWith(prefix)),
    prefix,
    kind,
  );
}

/** The handle of somebody else whom whoever speaks may know. */
async function known(client: Client, given: string): Promise<string | undefined> {
  try {
    const { id, handle } = await findPrincipal(client, given);
    const { data: self } = await fetchedOnce(client, 'self', () => client.whoAmI());
    return id === self.id ? undefined : handle;
  } catch (error) {
    if (isPerdureError(error, 'not_found')) return undefined;
    throw error;
  }
}

/** A dm is called as the other is shown, which need not be the handle. None is made here. */
async function directWith(client: Client, given: string, channels: readonly Channel[]): Promise<Channel | undefined> {
  const handle = given.replace(/^@/, '').toLowerCase();
  if (!handlePattern.test(handle)) return undefined;
  const { data: self } = await fetchedOnce(client, 'self', () => client.whoAmI());
  // The owner is shown those of others as well.
  for (const channel of channels.filter(({ kind, readSeq }) => kind === 'dm' && readSeq !== undefined)) {
    const params = { channelId: channel.id };
    const members = await allPages((query) => client.listMembers({ params, query }));
    if (members.some((member) => member.id !== self.id && member.handle === handle)) return channel;
  }
  return undefined;
}

/** By its name where only one has it, or by the beginning of its id: one's own, one that was sent, of the owner any. */
export async function findFile(client: Client, given: string): Promise<DriveFile> {
  const all = await filesFor(client);
  const named = all.filter(({ fileName }) => fileName === given);
  if (named.length === 1 && named[0] !== undefined) return named[0];
  if (named.length > 1) {
    const ids = named.slice(0, 5).map(({ id }) => id);
    throw new PerdureError(
      'conflict',
      `${named.length} files are called "${given}": name one by its id, ${ids.join(' or ')}.`,
    );
  }
  const kind = { noun: 'file', listing: 'perdure drive list' } as const;
  if (!/^[0-9a-f-]{4,36}$/i.test(given)) {
    throw new PerdureError(
      'not_found',
      `There is no file "${given}"; \`${kind.listing}\` shows yours, with --received those you were sent.`,
    );
  }
  const prefix = checkedPrefix(given, kind);
  return onlyOne(
    all.filter(({ id }) => id.startsWith(prefix)),
    prefix,
    kind,
  );
}

async function filesFor(client: Client): Promise<readonly DriveFile[]> {
  const all = await allIfOwner(client);
  const [first, received] = await Promise.all([
    allPages((query) => client.listFiles({ query: { ...query, all } })),
    all === 'true' ? [] : allPages((query) => client.listFiles({ query: { ...query, received: 'true' } })),
  ]);
  return [...first, ...received];
}
