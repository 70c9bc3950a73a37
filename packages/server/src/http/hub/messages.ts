/** Messages. Clients leave out what they do not mean, or send null for it. */

import { deleteMessage, editMessage, react, readHistory, sendMessage, type HubDeps } from '@perdure/hub/desk';
import type { Handlers } from '../table.ts';
import { accepted, actorOf } from './actor.ts';
import { withLinks } from './message-links.ts';

type MessageRoute = 'listMessages' | 'sendMessage' | 'editMessage' | 'deleteMessage' | 'addReaction' | 'removeReaction';

/** Messages of a page that asks for no number. */
const defaultHistory = 50;

export function messageHandlers(hub: HubDeps): Pick<Handlers, MessageRoute> {
  return {
    listMessages: async ({ params: { channelId }, query }, call) => {
      const { limit = defaultHistory, direction = 'before', cursor } = query;
      const { history } = accepted(await readHistory(hub, actorOf(call), { channelId, direction, cursor, limit }));
      const data = history.data.map((message) => withLinks(message, call.base));
      return { status: 200, body: { ...history, data } };
    },
    sendMessage: async ({ params: { channelId }, body }, call) => {
      const outcome = accepted(
        await sendMessage(hub, actorOf(call), {
          channelId,
          content: body.content,
          kind: body.kind ?? 'text',
          intent: body.intent ?? 'chat',
          replyTo: body.threadRootId ?? undefined,
          clientKey: body.clientGeneratedId ?? undefined,
          attachmentIds: body.attachmentIds ?? [],
        }),
      );
      return { status: outcome.kind === 'sent' ? 201 : 200, body: { data: withLinks(outcome.message, call.base) } };
    },
    editMessage: async ({ params, body: { content, streaming } }, call) => {
      const request = { ...params, content, isStreaming: streaming === true };
      const { message } = accepted(await editMessage(hub, actorOf(call), request));
      return { status: 200, body: { data: withLinks(message, call.base) } };
    },
    deleteMessage: async ({ params }, call) => {
      const { message } = accepted(await deleteMessage(hub, actorOf(call), params));
      return { status: 200, body: { data: withLinks(message, call.base) } };
    },
    addReaction: async ({ params, body: { emoji } }, call) => {
      const { message } = accepted(await react(hub, actorOf(call), { ...params, emoji, isRemoval: false }));
      return { status: 200, body: { data: withLinks(message, call.base) } };
    },
    removeReaction: async ({ params }, call) => {
      const { message } = accepted(await react(hub, actorOf(call), { ...params, isRemoval: true }));
      return { status: 200, body: { data: withLinks(message, call.base) } };
    },
  };
}
