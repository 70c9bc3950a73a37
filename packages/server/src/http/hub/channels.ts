/** Channels and who is in them. */

import {
  addMember,
  createChannel,
  listChannels,
  listMembers,
  markRead,
  removeMember,
  showChannel,
  type HubDeps,
} from '@perdure/hub/desk';
import { pageOf } from '../page.ts';
import type { Handlers } from '../table.ts';
import { accepted, actorOf, pageReply } from './actor.ts';

type ChannelRoute =
  | 'listChannels'
  | 'createChannel'
  | 'getChannel'
  | 'listMembers'
  | 'addMember'
  | 'removeMember'
  | 'markRead';

export function channelHandlers(hub: HubDeps): Pick<Handlers, ChannelRoute> {
  return {
    listChannels: async ({ query }, call) => {
      const request = { ...pageOf(query), isAll: query.all === 'true' };
      return pageReply(await listChannels(hub, actorOf(call), request));
    },
    createChannel: async ({ body: { kind, name, memberIds } }, call) => {
      const request = { kind, name: name ?? undefined, memberIds };
      const outcome = accepted(await createChannel(hub, actorOf(call), request));
      return { status: outcome.kind === 'created' ? 201 : 200, body: { data: outcome.channel } };
    },
    getChannel: async ({ params: { channelId } }, call) => {
      const { channel } = accepted(await showChannel(hub, actorOf(call), channelId));
      return { status: 200, body: { data: channel } };
    },
    listMembers: async ({ params: { channelId }, query }, call) => {
      const request = { ...pageOf(query), channelId };
      return pageReply(await listMembers(hub, actorOf(call), request));
    },
    addMember: async ({ params: { channelId }, body: { principalId } }, call) => {
      const { member } = accepted(await addMember(hub, actorOf(call), { channelId, principalId }));
      return { status: 201, body: { data: member } };
    },
    removeMember: async ({ params }, call) => {
      const { member } = accepted(await removeMember(hub, actorOf(call), params));
      return { status: 200, body: { data: member } };
    },
    markRead: async ({ params: { channelId }, body: { seq } }, call) => {
      const { cursor } = accepted(await markRead(hub, actorOf(call), { channelId, seq }));
      return { status: 200, body: { data: cursor } };
    },
  };
}
