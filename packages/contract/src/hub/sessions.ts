/** Sessions of people in a browser: offered by a link that is used once, then open until they end. */

import { z } from 'zod';
import { timestampSchema } from '../values/timestamp.ts';
import { principalSchema } from './principals.ts';

/** What a page of the server sends beside its cookie, which alone opens nothing. */
export const pageKeyHeader = 'x-perdure-page';

export const sessionLives = ['offered', 'open', 'ended'] as const;
export type SessionLife = (typeof sessionLives)[number];

/** Never with what opens it. */
export const sessionSchema = z.object({
  id: z.string(),
  principalId: z.string(),
  life: z.enum(sessionLives),
  /** Who asked for the link. */
  createdBy: z.string(),
  createdAt: timestampSchema,
  openedAt: timestampSchema.optional(),
  /** To the minute. */
  lastUsedAt: timestampSchema.optional(),
  /** Of the link as long as it is offered, then of the session. */
  expiresAt: timestampSchema,
});
export type Session = z.infer<typeof sessionSchema>;

export const newSessionSchema = z.object({
  /** Whose it becomes; default: whoever asks. */
  principalId: z.string().min(1).max(100).optional(),
});

/** With what the link carries, shown this once. */
export const offeredSessionSchema = sessionSchema.extend({ token: z.string() });

export const signInSchema = z.object({ token: z.string().min(1).max(200) });

export const openedSessionSchema = z.object({
  session: sessionSchema,
  principal: principalSchema,
  /** For the header of each request of this page; the other half is a cookie that it cannot read. */
  pageKey: z.string(),
});
