/** `perdure channels members`, `add` and `remove`: who is in a channel. */

import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connectToHub } from '../client/connect.ts';
import { findPrincipal } from '../client/find-principal.ts';
import { printable } from '../text/format.ts';
import { findChannel } from './find.ts';
import { memberList } from './view.ts';

export async function listMembers(rim: Rim, given: string, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: channelId } = await findChannel(client, given);
  const members = await allPages((query) => client.listMembers({ params: { channelId }, query }));
  printData(rim, options, members, (columns) => memberList(members, columns));
  return 0;
}

interface MemberWords {
  readonly channel: string;
  readonly handle: string;
}

export async function addMember(rim: Rim, { channel, handle }: MemberWords, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: channelId, name } = await findChannel(client, channel);
  const { id: principalId } = await findPrincipal(client, handle);
  const { data } = await client.addMember({ params: { channelId }, body: { principalId } });
  printData(rim, options, data, () => `${data.handle} is in ${printable(name)} now.`);
  return 0;
}

export async function removeMember(
  rim: Rim,
  { channel, handle }: MemberWords,
  options: CommonOptions,
): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: channelId, name } = await findChannel(client, channel);
  const { id: principalId } = await findPrincipal(client, handle);
  const { data } = await client.removeMember({ params: { channelId, principalId } });
  printData(rim, options, data, () => `${data.handle} is in ${printable(name)} no more.`);
  return 0;
}
