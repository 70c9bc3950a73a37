/** Leases: by which somebody is given what an item holds, for a reason and for a time. */

import { z } from 'zod';
import { timestampSchema } from '../../values/timestamp.ts';
import { line } from '../text.ts';

/** `pending` waits for an admin; of a lease that is `expired` nothing more is given. */
export const leaseStatuses = ['pending', 'active', 'refused', 'revoked', 'expired'] as const;
export type LeaseStatus = (typeof leaseStatuses)[number];

const id = z.string().min(1).max(100);

export const vaultLeaseSchema = z.object({
  id: z.string(),
  vaultId: z.string(),
  itemId: z.string(),
  /** Whose it is. */
  principalId: z.string(),
  reason: z.string(),
  status: z.enum(leaseStatuses),
  /** How long it lasts from when it is granted. */
  ttlSeconds: z.number().int(),
  requestedAt: timestampSchema,
  /** Present once it was granted. */
  expiresAt: timestampSchema.optional(),
  decidedBy: z.string().optional(),
  decidedAt: timestampSchema.optional(),
  uses: z.number().int(),
  lastUsedAt: timestampSchema.optional(),
  /** `tool open-issue`, `model groq`: what it was lent to, on behalf of whose it is. */
  grantee: z.string().optional(),
});
export type VaultLease = z.infer<typeof vaultLeaseSchema>;

export const maxLeaseSeconds = 86_400;

export const newVaultLeaseSchema = z.object({
  itemId: id,
  reason: line(500, 'a reason'),
  ttlSeconds: z.number().int().min(1).max(maxLeaseSeconds).default(900),
});

/** `revoked`: also by whose it is. */
export const leaseDecisions = ['approved', 'refused', 'revoked'] as const;
export type LeaseDecision = (typeof leaseDecisions)[number];
export const changedVaultLeaseSchema = z.object({ status: z.enum(leaseDecisions) });

/** The values themselves. */
export const usedLeaseSchema = z.object({
  leaseId: z.string(),
  itemId: z.string(),
  version: z.number().int(),
  fields: z.record(z.string(), z.string()),
});
