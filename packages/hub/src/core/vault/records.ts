/** What the vaults keep, as their core sees it. Times are milliseconds since the epoch. */

import type { FieldType, Grantee, LeaseDecision, Principal, VaultAction, VaultRole } from '@perdure/contract';

export interface VaultRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly createdBy: string;
  readonly createdAt: number;
}

/** A vault, and what somebody is in it; `role` absent: they are not in it. */
export interface VaultStanding {
  readonly vault: VaultRecord;
  readonly role?: VaultRole;
}

export interface VaultMemberRecord {
  readonly principal: Principal;
  readonly role: VaultRole;
  readonly joinedAt: number;
}

export interface MaskedFieldRecord {
  readonly key: string;
  readonly type: FieldType;
  readonly hint: string;
}

/** With its value, on the way in. */
export interface PlainField {
  readonly key: string;
  readonly type: FieldType;
  readonly value: string;
}

export interface ItemRecord {
  readonly id: string;
  readonly vaultId: string;
  readonly name: string;
  readonly type: string;
  readonly needsApproval: boolean;
  readonly version: number;
  readonly fields: readonly MaskedFieldRecord[];
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface LeaseRecord {
  readonly id: string;
  readonly vaultId: string;
  readonly itemId: string;
  readonly principalId: string;
  readonly reason: string;
  readonly ttlMs: number;
  readonly requestedAt: number;
  /** What was decided last; absent: it waits. */
  readonly decision?: LeaseDecision;
  readonly decidedBy?: string;
  readonly decidedAt?: number;
  /** Absent until it is granted. */
  readonly expiresAt?: number;
  readonly uses: number;
  readonly lastUsedAt?: number;
  /** What it was lent to, on behalf of the principal. */
  readonly grantee?: string;
}

export interface GrantRecord {
  readonly id: string;
  readonly vaultId: string;
  readonly itemId: string;
  readonly grantee: Grantee;
  /** What stood behind the name when it was granted: the hash of a tool's file, the origin of a model server. */
  readonly fingerprint: string;
  readonly grantedBy: string;
  readonly grantedAt: number;
}

/** What was done; its number is given by the store. */
export interface AuditEntry {
  readonly vaultId: string;
  readonly at: number;
  readonly action: VaultAction;
  readonly actorId: string;
  readonly itemId?: string;
  readonly version?: number;
  readonly leaseId?: string;
  readonly principalId?: string;
  readonly role?: VaultRole;
  readonly grantee?: string;
}

export type AuditRecord = AuditEntry & {
  readonly seq: number;
  readonly actorHandle?: string;
  readonly principalHandle?: string;
  /** As it is, or was, called. */
  readonly itemName?: string;
};
