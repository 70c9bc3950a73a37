/** Rows of vaults as records. */

import { compact } from '@perdure/contract';
import type {
  PrincipalsTable,
  VaultAuditTable,
  VaultFieldsTable,
  VaultItemsTable,
  VaultLeasesTable,
  VaultMembersTable,
  VaultsTable,
} from '@perdure/db';
import type {
  AuditRecord,
  ItemRecord,
  LeaseRecord,
  MaskedFieldRecord,
  VaultMemberRecord,
  VaultRecord,
  VaultStanding,
} from '../../core/vault/records.ts';
import { present, toPrincipal } from '../rows.ts';

export function toVault({
  id,
  name,
  description,
  created_by: createdBy,
  created_at: createdAt,
}: VaultsTable): VaultRecord {
  return { id, name, description, createdBy, createdAt };
}

/** A vault with what somebody is in it. */
export type SeenVaultRow = VaultsTable & { readonly own_role: VaultMembersTable['role'] | null };

export function toStanding(row: SeenVaultRow): VaultStanding {
  return { vault: toVault(row), ...compact({ role: present(row.own_role) }) };
}

export type VaultMemberRow = PrincipalsTable & Pick<VaultMembersTable, 'role' | 'joined_at'>;

export function toVaultMember(row: VaultMemberRow): VaultMemberRecord {
  return { principal: toPrincipal(row), role: row.role, joinedAt: row.joined_at };
}

export function toMaskedField({ key, type, hint }: VaultFieldsTable): MaskedFieldRecord {
  return { key, type, hint };
}

export function toItem(row: VaultItemsTable, fields: readonly VaultFieldsTable[]): ItemRecord {
  return {
    id: row.id,
    vaultId: row.vault_id,
    name: row.name,
    type: row.type,
    needsApproval: row.needs_approval === 1,
    version: row.version,
    fields: fields.map(toMaskedField),
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function toLease(row: VaultLeasesTable): LeaseRecord {
  return {
    id: row.id,
    vaultId: row.vault_id,
    itemId: row.item_id,
    principalId: row.principal_id,
    reason: row.reason,
    ttlMs: row.ttl_ms,
    requestedAt: row.requested_at,
    uses: row.uses,
    ...compact({
      decision: present(row.decision),
      decidedBy: present(row.decided_by),
      decidedAt: present(row.decided_at),
      expiresAt: present(row.expires_at),
      lastUsedAt: present(row.last_used_at),
      grantee: present(row.grantee),
    }),
  };
}

/** With what its ids are called. */
export type NamedAuditRow = VaultAuditTable &
  Readonly<Record<'actor_handle' | 'principal_handle' | 'item_called', string | null>>;

export function toAudit(row: NamedAuditRow): AuditRecord {
  return {
    vaultId: row.vault_id,
    seq: row.seq,
    at: row.at,
    action: row.action,
    actorId: row.actor_id,
    ...compact({
      itemId: present(row.item_id),
      version: present(row.version),
      leaseId: present(row.lease_id),
      principalId: present(row.principal_id),
      role: present(row.role),
      grantee: present(row.grantee),
      actorHandle: present(row.actor_handle),
      principalHandle: present(row.principal_handle),
      itemName: present(row.item_called),
    }),
  };
}
