/** Who somebody is, where they are and what they have missed. Nothing is marked as read. */

import type { Channel, Manifest, Principal, Wake } from '@perdure/contract';
import { channelView } from '../core/view.ts';
import type { HubDeps } from './deps.ts';

/** Whoever is in more asks for the list of them. */
const mostChannels = 1_000;

type WakeDeps = Pick<HubDeps, 'store'>;

async function identityOf({ store }: WakeDeps, by: Principal) {
  const { id, handle, displayName, kind, workspaceId } = by;
  const families = (await store.families.of(id)).map((family) => ({ ...family }));
  return { agent: { id, handle, displayName, kind }, workspaceId, workspace: { id: workspaceId }, families };
}

async function channelsOf({ store }: WakeDeps, by: Principal): Promise<Channel[]> {
  const { data } = await store.channels.list(by, { limit: mostChannels, isAll: false });
  return data.map(channelView);
}

export async function wake(deps: WakeDeps, by: Principal): Promise<Wake> {
  const channels = (await channelsOf(deps, by)).map((channel) => {
    return { ...channel, unread: channel.lastSeq - (channel.readSeq ?? 0) };
  });
  const unread = channels.reduce((sum, channel) => sum + channel.unread, 0);
  return { ...(await identityOf(deps, by)), channels, unread };
}

export async function manifest(deps: WakeDeps, by: Principal): Promise<Manifest> {
  return { ...(await identityOf(deps, by)), channels: await channelsOf(deps, by), capabilities: [] };
}
