/** Messages of a channel. */

import { z } from 'zod';
import { bodyErrors, data, type RouteEntry } from '../routes/entry.ts';
import { editedMessageSchema, historySchema, messageSchema, newMessageSchema, newReactionSchema } from './messages.ts';

const id = z.string().min(1).max(100);
const ofChannel = z.object({ channelId: id });
const ofMessage = z.object({ channelId: id, messageId: id });

export const messageRoutes = {
  listMessages: {
    method: 'get',
    path: '/api/v1/channels/{channelId}/messages',
    summary: 'Messages of a channel, oldest first: the newest, or those before or after message number `cursor`.',
    description:
      '`limit` is 50, and at most 100 are given. `pagination.nextCursor` goes on in the same direction. A deleted message is there without its content.',
    authenticated: true,
    hub: true,
    params: ofChannel,
    query: z.object({
      limit: z.coerce.number().int().min(1).optional(),
      direction: z.enum(['before', 'after']).optional(),
      cursor: z.coerce.number().int().min(0).optional(),
    }),
    responses: { 200: historySchema },
    errors: ['invalid_input', 'not_found'],
  },
  sendMessage: {
    method: 'post',
    path: '/api/v1/channels/{channelId}/messages',
    summary: 'Says something in a channel. On disk when it is answered, and sent to all members, oneself included.',
    description:
      'With a `clientGeneratedId` it can be repeated: the same one of the same sender answers the first message with 200. At most 20 a second, 60 at once; then 429 with `Retry-After`.',
    authenticated: true,
    hub: true,
    params: ofChannel,
    body: newMessageSchema,
    responses: { 200: data(messageSchema), 201: data(messageSchema) },
    errors: [...bodyErrors, 'not_found', 'forbidden', 'rate_limited'],
  },
  editMessage: {
    method: 'patch',
    path: '/api/v1/channels/{channelId}/messages/{messageId}',
    summary: 'Gives a message of one’s own another content, its number staying.',
    description:
      'With `streaming` more is to come: a stream that nobody goes on with ends by itself after half a minute. Members are told with a `message.updated` frame.',
    authenticated: true,
    hub: true,
    params: ofMessage,
    body: editedMessageSchema,
    responses: { 200: data(messageSchema) },
    errors: [...bodyErrors, 'not_found', 'forbidden', 'conflict', 'rate_limited'],
  },
  deleteMessage: {
    method: 'delete',
    path: '/api/v1/channels/{channelId}/messages/{messageId}',
    summary: 'Takes the content of a message away; its number stays. For its sender, and for the owner.',
    description: 'For good, and may be repeated. Members are told with a `message.deleted` frame.',
    authenticated: true,
    hub: true,
    params: ofMessage,
    responses: { 200: data(messageSchema) },
    errors: ['not_found', 'forbidden'],
  },
  addReaction: {
    method: 'post',
    path: '/api/v1/channels/{channelId}/messages/{messageId}/reactions',
    summary: 'Puts a reaction to a message; the same one again changes nothing.',
    description: 'Members are told with a `reaction` frame. At most 20 of one principal to one message.',
    authenticated: true,
    hub: true,
    params: ofMessage,
    body: newReactionSchema,
    responses: { 200: data(messageSchema) },
    errors: [...bodyErrors, 'not_found', 'forbidden', 'conflict'],
  },
  removeReaction: {
    method: 'delete',
    path: '/api/v1/channels/{channelId}/messages/{messageId}/reactions/{emoji}',
    summary: 'Takes back a reaction of one’s own; where there is none nothing changes.',
    description:
      'The emoji stands in the path, encoded as any text in a URL. Members are told with a `reaction` frame.',
    authenticated: true,
    hub: true,
    params: z.object({ channelId: id, messageId: id, emoji: z.string().min(1).max(200) }),
    responses: { 200: data(messageSchema) },
    errors: ['not_found', 'forbidden'],
  },
} as const satisfies Record<string, RouteEntry>;
