/** What goes over the socket of `/v1/connect`: JSON objects as text, each with a `type`. */

import { z } from 'zod';
import { timestampSchema } from '../values/timestamp.ts';
import { familyMemberSchema } from './family/family-members.ts';
import { familySchema } from './family/families.ts';
import { messageSchema } from './messages.ts';
import { hubActivitySchema, hubTaskSchema } from './tasks/tasks.ts';

/** How often a client gives a sign of life, as it is told. */
export const heartbeatIntervalMs = 30_000;

const word = z.string().max(200);

/** What a client sends. A type that is not among these is passed over. */
export const clientFrameSchema = z.discriminatedUnion('type', [
  /** By a key, or from a page of the server by the key of that, beside its cookie. */
  z.object({
    type: z.literal('auth'),
    apiKey: z.string().max(1_000).optional(),
    pageKey: z.string().max(1_000).optional(),
  }),
  z.object({ type: z.literal('meta'), runtime: word.nullish(), version: word.nullish() }),
  z.object({ type: z.literal('replay'), cursors: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('typing'), channelId: word }),
  z.object({
    type: z.literal('status'),
    status: word,
    detail: z.string().max(1_000).nullish(),
    progress: z.number().nullish(),
  }),
]);
export type ClientFrame = z.infer<typeof clientFrameSchema>;

const ofChannel = { channelId: z.string() };

/** What the server sends. Clients pass over the types that they do not know. */
export const serverFrameSchema = z.discriminatedUnion('type', [
  /** The first, and nothing before it. */
  z.object({ type: z.literal('authenticated'), heartbeatIntervalMs: z.int(), principalId: z.string() }),
  z.object({ type: z.literal('error'), error: z.string() }),
  z.object({ type: z.literal('pong') }),
  /** A new one, or one that was missed. Never an edit: an agent would answer it again. */
  z.object({ type: z.literal('message'), message: messageSchema }),
  z.object({ type: z.literal('message.updated'), message: messageSchema }),
  z.object({ type: z.literal('message.deleted'), message: messageSchema }),
  z.object({
    type: z.literal('reaction'),
    ...ofChannel,
    messageId: z.string(),
    principalId: z.string(),
    emoji: z.string(),
    isRemoved: z.boolean(),
  }),
  /** Somebody has read up to here. */
  z.object({ type: z.literal('receipt'), ...ofChannel, principalId: z.string(), seq: z.int() }),
  /** `expiresAt` is now for one who has stopped. */
  z.object({ type: z.literal('typing'), ...ofChannel, principalId: z.string(), expiresAt: timestampSchema }),
  z.object({
    type: z.literal('presence'),
    principalId: z.string(),
    presence: z.enum(['online', 'offline']),
    status: z.string().optional(),
    detail: z.string().optional(),
    progress: z.number().optional(),
    /** What program it is. */
    runtime: z.string().optional(),
    version: z.string().optional(),
  }),
  /** To the sockets of who sent it. */
  z.object({
    type: z.literal('delivery.ack'),
    ...ofChannel,
    messageId: z.string(),
    seq: z.int(),
    clientGeneratedId: z.string().optional(),
  }),
  /** To its lead, to whoever made it, and to its members. */
  z.object({ type: z.literal('family.updated'), family: familySchema }),
  /** To the lead, to whoever made the family, and to the member. */
  z.object({ type: z.literal('member.updated'), familyId: z.string(), member: familyMemberSchema }),
  /** There is more of this channel than one request is answered with: ask for what is behind `lastSeq`. */
  z.object({ type: z.literal('replay.more'), ...ofChannel, lastSeq: z.int() }),
  /** To who made the task and who has to do it; `activity`: what was told with it. Never a secret. */
  z.object({ type: z.literal('task.updated'), task: hubTaskSchema, activity: z.array(hubActivitySchema) }),
  /** To who had to do it, and has not any more. */
  z.object({ type: z.literal('task.removed'), taskId: z.string() }),
]);
export type ServerFrame = z.infer<typeof serverFrameSchema>;

/**
 * Codes by which the server closes a socket. After 1000 and 1001 clients come back at once, so only its end has one of
 * them.
 */
export const closeCodes = {
  serverEnds: 1001,
  policy: 1008,
  authFailed: 4001,
  authTimeout: 4002,
  revoked: 4003,
  rateLimited: 4008,
} as const;
export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];
