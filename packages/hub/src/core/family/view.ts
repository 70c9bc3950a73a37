/** Families as they are shown. */

import { compact, type Family, type FamilyHealth, type FamilyMember } from '@perdure/contract';
import { isoTime } from '../view.ts';
import type { SeenFamily } from './ports.ts';
import type { FamilyMemberRecord, HealthRecord } from './records.ts';

export function familyView({ family, lead }: SeenFamily): Family {
  const { leadId: _lead, resources, createdAt, updatedAt, ...shown } = family;
  return {
    ...shown,
    resources: [...resources],
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
    ...compact({ lead: lead && { id: lead.id, handle: lead.handle, displayName: lead.displayName } }),
  };
}

export function familyMemberView(
  { principal, statusAt, createdAt, updatedAt, metadata, ...member }: FamilyMemberRecord,
  isConnected: (principalId: string) => boolean,
): FamilyMember {
  const { id: principalId, kind, handle, displayName } = principal;
  return {
    ...member,
    principalId,
    kind,
    handle,
    displayName,
    statusAt: isoTime(statusAt),
    isConnected: isConnected(principalId),
    metadata: { ...metadata },
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
  };
}

export function familyHealthView({ takenAt, receivedAt, members, ...health }: HealthRecord): FamilyHealth {
  return { ...health, takenAt: isoTime(takenAt), receivedAt: isoTime(receivedAt), members: [...members] };
}
