/** Vaults as they are shown: never a value. */

import {
  compact,
  type Vault,
  type VaultAudit,
  type VaultGrant,
  type VaultItem,
  type VaultLease,
  type VaultMember,
} from '@perdure/contract';
import { isoTime, isoTimeIfAny } from '../view.ts';
import { leaseStatus } from './decide-lease.ts';
import type { AuditRecord, GrantRecord, ItemRecord, LeaseRecord, VaultMemberRecord, VaultStanding } from './records.ts';

export function vaultView({ vault, role }: VaultStanding): Vault {
  return { ...vault, createdAt: isoTime(vault.createdAt), ...compact({ role }) };
}

export function vaultMemberView({ principal, role, joinedAt }: VaultMemberRecord): VaultMember {
  const { id: principalId, kind, handle, displayName } = principal;
  return { principalId, kind, handle, displayName, role, joinedAt: isoTime(joinedAt) };
}

export function itemView({ fields, createdAt, updatedAt, ...item }: ItemRecord): VaultItem {
  return {
    ...item,
    fieldKeys: fields.map(({ key }) => key),
    fields: [...fields],
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
  };
}

export function leaseView(lease: LeaseRecord, now: number): VaultLease {
  const { decision: _decision, ttlMs, requestedAt, decidedBy, decidedAt, expiresAt, lastUsedAt, ...shown } = lease;
  return {
    ...shown,
    status: leaseStatus(lease, now),
    ttlSeconds: ttlMs / 1000,
    requestedAt: isoTime(requestedAt),
    ...compact({
      decidedBy,
      decidedAt: isoTimeIfAny(decidedAt),
      expiresAt: isoTimeIfAny(expiresAt),
      lastUsedAt: isoTimeIfAny(lastUsedAt),
    }),
  };
}

export function grantView({ fingerprint: _fingerprint, grantedAt, ...grant }: GrantRecord): VaultGrant {
  return { ...grant, grantedAt: isoTime(grantedAt) };
}

export function auditView({ at, ...entry }: AuditRecord): VaultAudit {
  return { ...entry, at: isoTime(at) };
}
