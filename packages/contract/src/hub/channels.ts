/** Where principals meet. */

import { z } from 'zod';
import { timestampSchema } from '../values/timestamp.ts';
import { principalSchema } from './principals.ts';
import { line } from './text.ts';

/** `dm`: two, and only one for each two. `group`: some who were named. `channel`: a subject, and who cares for it. */
export const channelKinds = ['dm', 'group', 'channel'] as const;
export type ChannelKind = (typeof channelKinds)[number];

/** As one principal sees it. */
export const channelSchema = z.object({
  id: z.string(),
  kind: z.enum(channelKinds),
  /** Of a dm: the name of the other one. */
  name: z.string(),
  /** Number of the newest message; 0 where there is none. */
  lastSeq: z.int().min(0),
  createdBy: z.string(),
  createdAt: timestampSchema,
  /** How far whoever asks has read; absent for one who is not in it. */
  readSeq: z.int().min(0).optional(),
});
export type Channel = z.infer<typeof channelSchema>;

/** At most this many are named when a channel is made. */
export const maxNewMembers = 1_000;

export const newChannelSchema = z.object({
  kind: z.enum(channelKinds),
  /** Required but for a dm, which is named after who is in it. */
  name: line(100, 'a name').nullish(),
  /** Besides whoever makes it, who is a member always. */
  memberIds: z.array(z.string().min(1).max(100)).max(maxNewMembers).default([]),
});

export const memberSchema = principalSchema.pick({ id: true, kind: true, handle: true, displayName: true }).extend({
  joinedAt: timestampSchema,
  readSeq: z.int().min(0),
});
export type Member = z.infer<typeof memberSchema>;

export const newMemberSchema = z.object({ principalId: z.string().min(1).max(100) });

export const readCursorSchema = z.object({ channelId: z.string(), principalId: z.string(), seq: z.int().min(0) });
export type ReadCursor = z.infer<typeof readCursorSchema>;

export const newReadCursorSchema = z.object({ seq: z.int().min(0) });
