/** Rows of families as records: what is null in a row is absent in a record. */

import { compact, type FamilyHost, type FamilyResource, type HealthMember } from '@perdure/contract';
import type { FamiliesTable, FamilyHealthTable, FamilyMembersTable, PrincipalsTable } from '@perdure/db';
import type { FamilyMemberRecord, FamilyRecord, HealthRecord, Metadata } from '../../core/family/records.ts';
import { present, toPrincipal } from '../rows.ts';

export function toFamily(row: FamiliesTable): FamilyRecord {
  return {
    id: row.id,
    name: row.name,
    resources: JSON.parse(row.resources) as FamilyResource[],
    conventions: row.conventions,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...compact({
      leadId: present(row.lead_id),
      host: row.host === null ? undefined : (JSON.parse(row.host) as FamilyHost),
    }),
  };
}

/** A member beside its principal: the columns that both have are those of the principal. */
export type FamilyMemberRow = PrincipalsTable & Omit<FamilyMembersTable, 'created_at'> & { readonly added_at: number };

export function toFamilyMember(row: FamilyMemberRow): FamilyMemberRecord {
  return {
    familyId: row.family_id,
    principal: toPrincipal(row),
    status: row.status,
    statusAt: row.status_at,
    isAdopted: row.is_adopted === 1,
    metadata: JSON.parse(row.metadata) as Metadata,
    createdBy: row.created_by,
    createdAt: row.added_at,
    updatedAt: row.updated_at,
    ...compact({
      gatewayPort: present(row.gateway_port),
      ocHomeDir: present(row.oc_home_dir),
      dmChannelId: present(row.dm_channel_id),
      onboardingChannelId: present(row.onboarding_channel_id),
    }),
  };
}

export function toHealth(row: FamilyHealthTable): HealthRecord {
  return {
    familyId: row.family_id,
    seq: row.seq,
    takenAt: row.taken_at,
    receivedAt: row.received_at,
    reportedBy: row.reported_by,
    members: JSON.parse(row.members) as HealthMember[],
    ...compact({ host: present(row.host) }),
  };
}
