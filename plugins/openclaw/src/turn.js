/** One message that is answered: it goes to the agent as OpenClaw wants it, and what comes back goes to the hub. */

import { textOf, threadOf } from './admit.js';
import { filesText, mediaOf, putUp, receiveFiles, urlsOf } from './files.js';
import { piecesOf } from './pieces.js';

/** The hub forgets who types after six. */
const typingMs = 4_000;

/**
 * @param {any} message
 * @param {object} deps
 * @param {import('./outbox.js').Outbox} deps.outbox
 * @param {any} deps.channel its `kind` and `name`
 * @param {import('./files.js').Media} deps.media
 * @param {() => void} deps.onTakenUp the run has begun: from then on OpenClaw goes on with it after a crash
 */
export async function answer(message, { ctx, account, api, outbox, media, type, channel, onTakenUp }) {
  const { channelRuntime, cfg } = ctx;
  const { routing, reply } = channelRuntime;
  const isDirect = channel.kind === 'dm';
  const peer = { kind: isDirect ? 'direct' : 'group', id: message.channelId };
  const route = routing.resolveAgentRoute({ cfg, channel: 'sesame', accountId: account.accountId, peer });
  const log = (line) => ctx.log?.warn?.(`[sesame] ${line}`);
  const received = await receiveFiles(message, { api, media, log });
  const context = reply.finalizeInboundContext(contextOf(message, { account, channel, isDirect, route, received }));

  const thread = threadOf(message);
  let said = 0;
  const send = async (content, more = {}) => {
    said += 1;
    // The same turn again, of a gateway that died before it had taken it up, says this under the same key.
    const sent = {
      content,
      clientGeneratedId: `openclaw-${message.id}-${said}`,
      ...(thread === undefined ? {} : { threadRootId: thread }),
      ...more,
    };
    await outbox.say(message.channelId, sent);
  };
  const typing = setInterval(() => type(message.channelId), typingMs);
  type(message.channelId);
  try {
    await reply.dispatchReplyWithBufferedBlockDispatcher({
      ctx: context,
      cfg,
      replyOptions: { onAgentRunStart: onTakenUp },
      dispatcherOptions: {
        deliver: async (payload) => {
          if (payload.isReasoning || payload.isCommentary) return;
          const text = payload.text ?? '';
          const more = payload.isError || isFailureText(text) ? { intent: 'error' } : {};
          const sent = await putUp(urlsOf(payload), { api, media, agentId: route.agentId, log });
          const pieces = piecesOf(text);
          // One message says and brings it. A hub may want a text, so what says nothing names what it brings.
          const last = pieces.pop() ?? (sent.ids.length > 0 ? sent.names.join(', ') : undefined);
          for (const piece of pieces) await send(piece, more);
          if (last !== undefined) await send(last, sent.ids.length === 0 ? more : { ...more, attachmentIds: sent.ids });
          for (const name of sent.failed) await send(`I could not send the file ${name}.`, { intent: 'error' });
        },
        onError: (error) =>
          ctx.log?.error?.(`[sesame] An answer could not be sent: ${String(error?.message ?? error)}`),
      },
    });
  } finally {
    clearInterval(typing);
  }
}

function contextOf(message, { account, channel, isDirect, route, received }) {
  const { channelId, senderId, metadata = {}, id, createdAt } = message;
  const name = metadata.senderDisplayName ?? metadata.senderHandle ?? senderId;
  const body = textOf(message);
  const media = mediaOf(received, id);
  return {
    Body: [body, filesText(received)].filter((part) => part !== '').join('\n'),
    BodyForCommands: body,
    From: `sesame:${senderId}`,
    To: `sesame:${channelId}`,
    SessionKey: route.sessionKey,
    AccountId: account.accountId,
    ChatType: isDirect ? 'direct' : 'group',
    ConversationLabel: channel.name ?? channelId,
    ...(isDirect ? {} : { GroupSubject: channel.name ?? channelId }),
    SenderName: name,
    SenderId: senderId,
    SenderUsername: metadata.senderHandle ?? '',
    Provider: 'sesame',
    Surface: 'sesame',
    MessageSid: id,
    Timestamp: Date.parse(createdAt) || Date.now(),
    ...(message.threadRootId === undefined ? {} : { MessageThreadId: message.threadRootId }),
    OriginatingChannel: 'sesame',
    OriginatingTo: `sesame:${channelId}`,
    // Commands of the gateway are for people: an agent that could give them would govern its siblings.
    CommandAuthorized: metadata.senderKind === 'human',
    ...(media.length === 0 ? {} : { media }),
  };
}

/** What a gateway says in place of an answer when its model has failed. */
export function isFailureText(text) {
  return /^(?:\u26A0\uFE0F?.*error|Error:|(?:The )?AI service .*(?:overloaded|unavailable|returned an error))/is.test(
    text.trim(),
  );
}
