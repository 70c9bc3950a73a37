/** Vaults: who is in one, what lies in it, and what was done with it. The values themselves are in none of these. */

import { z } from 'zod';
import { timestampSchema } from '../../values/timestamp.ts';
import { handleSchema, principalKinds } from '../principals.ts';
import { line, text } from '../text.ts';
import { vaultRoles } from './vault-roles.ts';

const role = z.enum(vaultRoles);

const id = z.string().min(1).max(100);

export const vaultSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  /** Of whoever asks; absent: they are not in it. */
  role: role.optional(),
  createdBy: z.string(),
  createdAt: timestampSchema,
});
export type Vault = z.infer<typeof vaultSchema>;

export const newVaultSchema = z.object({
  name: line(100, 'a name'),
  description: text(1000, 'a description').nullish(),
});

export const vaultMemberSchema = z.object({
  principalId: z.string(),
  kind: z.enum(principalKinds),
  handle: handleSchema,
  displayName: z.string(),
  role,
  joinedAt: timestampSchema,
});
export type VaultMember = z.infer<typeof vaultMemberSchema>;

export const newVaultMemberSchema = z.object({ principalId: id, role: role.default('member') });

export const vaultActions = [
  'vault.created',
  'vault.deleted',
  'vault.rekeyed',
  'root.rotated',
  'member.added',
  'member.removed',
  'item.created',
  'item.dropped',
  'item.rotated',
  'item.deleted',
  'item.damaged',
  'lease.requested',
  'lease.approved',
  'lease.refused',
  'lease.revoked',
  'lease.used',
  'grant.made',
  'grant.ended',
] as const;
export type VaultAction = (typeof vaultActions)[number];

/** The root key as it is known: its id, which tells nothing of it, and how many vaults are sealed under it. */
export const vaultRootSchema = z.object({ keyId: z.string(), vaults: z.number().int() });

/** What was done, by whom, to what; never a value. */
export const vaultAuditSchema = z.object({
  /** From 1 in each vault, without gaps. */
  seq: z.number().int(),
  vaultId: z.string(),
  at: timestampSchema,
  action: z.enum(vaultActions),
  /** Who did it. */
  actorId: z.string(),
  actorHandle: handleSchema.optional(),
  itemId: z.string().optional(),
  /** As it is, or was, called. */
  itemName: z.string().optional(),
  /** Of the item. */
  version: z.number().int().optional(),
  leaseId: z.string().optional(),
  /** Who was taken in or out. */
  principalId: z.string().optional(),
  principalHandle: handleSchema.optional(),
  role: role.optional(),
  /** `tool open-issue`, `model groq`: what it was granted or lent to, on behalf of who did it. */
  grantee: z.string().optional(),
});
export type VaultAudit = z.infer<typeof vaultAuditSchema>;
