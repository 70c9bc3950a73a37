/** What was managed in the hub, and by whom: who was let in, given a key, taken in. Never a key, never a message. */

import { z } from 'zod';
import { timestampSchema } from '../values/timestamp.ts';

export const auditActions = [
  'principal.created',
  'principal.renamed',
  'key.created',
  'key.revoked',
  'session.offered',
  'session.opened',
  'session.ended',
  'channel.created',
  'channel.member_added',
  'channel.member_removed',
  'family.created',
  'family.changed',
  'family.member_added',
  'family.member_changed',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** One row of it. What it is about is named as far as it is about that. */
export const auditEntrySchema = z.object({
  /** From 1, without gaps. */
  seq: z.int().min(1),
  at: timestampSchema,
  action: z.enum(auditActions),
  /** Who did it. */
  actorId: z.string(),
  principalId: z.string().optional(),
  keyId: z.string().optional(),
  channelId: z.string().optional(),
  familyId: z.string().optional(),
  /** What it was called, or what it has become. */
  detail: z.record(z.string(), z.string()).optional(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
