/** The tables of vaults: a part of the schema. */

import type { FieldType, Grantee, LeaseDecision, VaultAction, VaultRole } from '@perdure/contract';

/** One row: with which root key the vaults were made. */
export interface VaultRootTable {
  one: 1;
  key_id: string;
  /** Of a root key that is made of a passphrase, in base64url. */
  salt: string;
  created_at: number;
}

export interface VaultsTable {
  id: string;
  name: string;
  description: string;
  created_by: string;
  created_at: number;
  key_id: string;
  /** The key of the vault, sealed under the root key; empty once the vault is deleted. */
  wrapped_key: string;
  deleted_at: number | null;
}

export interface VaultMembersTable {
  vault_id: string;
  principal_id: string;
  role: VaultRole;
  joined_at: number;
}

export interface VaultItemsTable {
  id: string;
  vault_id: string;
  name: string;
  type: string;
  needs_approval: 0 | 1;
  version: number;
  created_by: string;
  created_at: number;
  updated_at: number;
}

/** Of the newest version of an item; those of older ones are gone. */
export interface VaultFieldsTable {
  item_id: string;
  /** As they were given. */
  position: number;
  key: string;
  type: FieldType;
  hint: string;
  version: number;
  sealed: string;
}

export interface VaultLeasesTable {
  id: string;
  vault_id: string;
  item_id: string;
  principal_id: string;
  reason: string;
  ttl_ms: number;
  requested_at: number;
  decision: LeaseDecision | null;
  decided_by: string | null;
  decided_at: number | null;
  expires_at: number | null;
  uses: number;
  last_used_at: number | null;
  /** What it was lent to, on behalf of the principal; null: it is the principal's own. */
  grantee: string | null;
}

export interface VaultGrantsTable {
  id: string;
  vault_id: string;
  item_id: string;
  kind: Grantee['kind'];
  name: string;
  /** What stood behind the name when it was granted. */
  fingerprint: string;
  granted_by: string;
  granted_at: number;
}

export interface VaultAuditTable {
  vault_id: string;
  /** From 1 in each vault, without gaps. */
  seq: number;
  at: number;
  action: VaultAction;
  actor_id: string;
  item_id: string | null;
  version: number | null;
  lease_id: string | null;
  principal_id: string | null;
  role: VaultRole | null;
  grantee: string | null;
  /** As it was called. */
  item_name: string | null;
}
