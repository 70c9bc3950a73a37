/** What is kept of families, as the core sees it. Times are milliseconds since the epoch. */

import type { FamilyHost, FamilyResource, HealthMember, MemberStatus, Principal } from '@perdure/contract';

export interface FamilyRecord {
  readonly id: string;
  readonly name: string;
  /** Absent: nobody but the owner cares for it. */
  readonly leadId?: string;
  readonly host?: FamilyHost;
  /** By name. */
  readonly resources: readonly FamilyResource[];
  readonly conventions: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A family, and where somebody stands to it. */
export interface FamilyStanding {
  readonly family: FamilyRecord;
  readonly isMember: boolean;
}

/** What a member is kept under: whatever JSON whoever cares for them has given. */
export type Metadata = Readonly<Record<string, unknown>>;

export interface FamilyMemberRecord {
  readonly familyId: string;
  readonly principal: Principal;
  readonly status: MemberStatus;
  readonly statusAt: number;
  readonly isAdopted: boolean;
  readonly metadata: Metadata;
  readonly gatewayPort?: number;
  readonly ocHomeDir?: string;
  readonly dmChannelId?: string;
  readonly onboardingChannelId?: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** In which family somebody is. */
export interface Membership {
  readonly familyId: string;
  readonly leadId?: string;
  readonly status: MemberStatus;
  readonly isAdopted: boolean;
}

/** A family of somebody, as they are told when they wake. */
export interface OwnFamily {
  readonly id: string;
  readonly name: string;
  readonly isLead: boolean;
  readonly status?: MemberStatus;
}

export interface HealthRecord {
  readonly familyId: string;
  readonly seq: number;
  readonly takenAt: number;
  readonly receivedAt: number;
  readonly reportedBy: string;
  readonly host?: string;
  readonly members: readonly HealthMember[];
}
