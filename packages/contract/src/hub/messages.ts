/** What is said in a channel. Clients that are not ours read this: each field is as they need it. */

import { z } from 'zod';
import { timestampSchema } from '../values/timestamp.ts';
import { attachmentSchema, maxAttachments } from './drive/files.ts';
import { principalKinds } from './principals.ts';
import { maxContentLength } from './length.ts';
import { line, text } from './text.ts';

export const messageKinds = ['text', 'attachment', 'system', 'call'] as const;
export type MessageKind = (typeof messageKinds)[number];

export const reactionSchema = z.object({ emoji: z.string(), principalIds: z.array(z.string()) });

export const messageSchema = z.object({
  id: z.string(),
  channelId: z.string(),
  senderId: z.string(),
  /** Counts from 1 in each channel, without gaps; an edit keeps it. */
  seq: z.int().min(1),
  kind: z.enum(messageKinds),
  /** `chat`, `notification`, `error`, or a word of the sender's. */
  intent: z.string(),
  content: z.string(),
  /** The same: clients differ in which they read. */
  plaintext: z.string(),
  /** The message that began the thread, never a reply. */
  threadRootId: z.string().optional(),
  clientGeneratedId: z.string().optional(),
  /** More of it is to come. Ends by itself when nothing does. */
  streaming: z.boolean(),
  createdAt: timestampSchema,
  editedAt: timestampSchema.optional(),
  /** Its content is gone. */
  deletedAt: timestampSchema.optional(),
  /** Never null: clients take it apart without looking. */
  metadata: z.object({
    senderHandle: z.string(),
    senderDisplayName: z.string(),
    senderKind: z.enum(principalKinds),
    /** Absent where there are none. */
    attachments: z.array(attachmentSchema).optional(),
  }),
  reactions: z.array(reactionSchema).optional(),
});
export type Message = z.infer<typeof messageSchema>;

const content = text(maxContentLength, 'a message');
const hasContent = (value: string): boolean => value.trim() !== '';
const blank = 'a message must not be blank';

export const newMessageSchema = z
  .object({
    /** May be empty where there are attachments. */
    content,
    kind: z.enum(['text', 'attachment']).nullish(),
    intent: line(100, 'an intent').nullish(),
    /** Any message of the channel: a reply to a reply goes to the thread of both. */
    threadRootId: z.string().min(1).max(100).nullish(),
    /** Files that its sender has put up. */
    attachmentIds: z
      .array(z.string().min(1).max(100))
      .max(maxAttachments, `a message brings at most ${maxAttachments} files`)
      .nullish(),
    /** The same one again answers the first message, and makes no second. */
    clientGeneratedId: z.string().min(1).max(200).nullish(),
  })
  .refine(({ content: said, attachmentIds }) => hasContent(said) || (attachmentIds ?? []).length > 0, {
    path: ['content'],
    error: blank,
  });

export const editedMessageSchema = z.object({
  content: content.refine(hasContent, blank),
  /** More is to come; absent on the last edit. */
  streaming: z.boolean().nullish(),
});

export const newReactionSchema = z.object({ emoji: line(32, 'a reaction') });

/** Most messages of a page of history. */
export const maxHistory = 100;

/** Oldest first, whichever way was read. */
export const historySchema = z.object({
  data: z.array(messageSchema),
  pagination: z.object({
    hasMore: z.boolean(),
    /** `cursor` of the next page; null where this one is empty. */
    nextCursor: z.int().nullable(),
  }),
});
export type History = z.infer<typeof historySchema>;
