/**
 * Grants: which tool, or which model server, may be given what an item holds, on behalf of whoever granted it. And what
 * travels between the worker, which runs tools and asks models, and the server, which opens vaults.
 */

import { z } from 'zod';
import { timestampSchema } from '../../values/timestamp.ts';
import { line } from '../text.ts';

const id = z.string().min(1).max(100);

/** Who is given it: code, or a server of others, and no principal. */
export const granteeKinds = ['tool', 'model'] as const;
export const granteeSchema = z.object({
  kind: z.enum(granteeKinds),
  /** Of a tool its id, of a model server its name. */
  name: line(100, 'a name'),
});
export type Grantee = z.infer<typeof granteeSchema>;

/** `tool open-issue`: how one is named to people and in the audit. */
export const granteeText = ({ kind, name }: Grantee): string => `${kind} ${name}`;

export const vaultGrantSchema = z.object({
  id: z.string(),
  vaultId: z.string(),
  itemId: z.string(),
  grantee: granteeSchema,
  /** On whose behalf: it gives what they may be given. */
  grantedBy: z.string(),
  grantedAt: timestampSchema,
});
export type VaultGrant = z.infer<typeof vaultGrantSchema>;

export const newVaultGrantSchema = z.object({ itemId: id, grantee: granteeSchema });

/** What a tool or a model server asks for, and whether it would be given that now. */
export const vaultWantSchema = z.object({
  grantee: granteeSchema,
  /** What the tool calls it; of a model server `key`, or the name of a header. */
  name: z.string(),
  reference: z.string(),
  /** Why it would not be given, in a sentence; absent: it would. */
  problem: z.string().optional(),
});
export type VaultWant = z.infer<typeof vaultWantSchema>;

const wanted = z.object({ name: z.string().max(200), reference: z.string().max(400) });

/** What the worker asks for, as one line of JSON. The connection that it came on is how long it is lent. */
export const lendRequestSchema = z.object({
  grantee: granteeSchema,
  /** What stands behind the name now: the hash of a tool's file, the origin of a model server. */
  fingerprint: z.string().max(300),
  /** For what: names run and step. */
  reason: line(500, 'a reason'),
  wanted: z.array(wanted).min(1).max(50),
});
export type LendRequest = z.infer<typeof lendRequestSchema>;

export const lendReplySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('lent'),
    /** `isOpen`: no secret, such as a user name: it need not be hidden. */
    values: z.array(z.object({ name: z.string(), value: z.string(), isOpen: z.boolean() })),
  }),
  z.object({ kind: z.literal('refused'), code: z.string(), message: z.string() }),
]);
export type LendReply = z.infer<typeof lendReplySchema>;
