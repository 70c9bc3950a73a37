/** What families need of a store: as `core/ports.ts`, with more. */

import type { HealthMember, Principal } from '@perdure/contract';
import type { Page, PageRequest } from '../page.ts';
import type { Refusal } from '../refusal.ts';
import type { ChangeFamily, NewFamily } from './decide-family.ts';
import type { ChangeMember, NewFamilyMember } from './decide-member.ts';
import type { Provisioning } from './provisioning.ts';
import type { FamilyMemberRecord, FamilyStanding, HealthRecord, Membership, OwnFamily } from './records.ts';
import type { StoredTask } from '../tasks/records.ts';

/** A family with its lead, as it is shown. */
export interface SeenFamily extends FamilyStanding {
  readonly lead?: Principal;
}

/** The ids that a member takes where it is made, and its key. */
export interface MadeIds {
  readonly principalId: string;
  readonly dmChannelId: string;
  readonly onboardingChannelId: string;
  readonly key: { readonly id: string; readonly hint: string; readonly hash: string };
  /** For the lead, where there is one. */
  readonly provisioning: Provisioning;
}

/** One who was looked at, by principal or by handle. */
export interface Probed extends Omit<HealthMember, 'principalId' | 'handle' | 'socket'> {
  readonly principalId?: string;
  readonly handle?: string;
}

export interface NewHealth {
  readonly familyId: string;
  readonly takenAt: number;
  readonly host: string | undefined;
  readonly members: readonly Probed[];
  /** Whether somebody has a socket here. */
  readonly isConnected: (principalId: string) => boolean;
  readonly now: number;
}

export type FamilyOutcome = { readonly kind: 'family'; readonly seen: SeenFamily } | Refusal;
export type AddMemberOutcome =
  /** `isNew`: it was made, with the key; `task`: by which its lead provisions it. */
  | {
      readonly kind: 'added';
      readonly member: FamilyMemberRecord;
      readonly isNew: boolean;
      readonly task?: StoredTask;
    }
  | { readonly kind: 'found'; readonly member: FamilyMemberRecord }
  | Refusal;
export type ChangeMemberOutcome =
  /** `revoked`: keys that open nothing from now on. */
  | { readonly kind: 'changed' | 'same'; readonly member: FamilyMemberRecord; readonly revoked: readonly string[] }
  | Refusal;

export interface FamilyStore {
  create(by: Principal, made: NewFamily): Promise<FamilyOutcome>;
  change(by: Principal, change: ChangeFamily): Promise<FamilyOutcome>;
  /** Undefined: it is not there. Whether they may see it is asked of the core. */
  get(viewer: Principal, familyId: string): Promise<SeenFamily | undefined>;
  /** Newest first; `isAll`: also those they neither lead nor are in. */
  list(viewer: Principal, page: PageRequest & { readonly isAll: boolean }): Promise<Page<SeenFamily>>;
  /** Those somebody leads or is in, by name. */
  of(principalId: string): Promise<readonly OwnFamily[]>;
  /** Its lead, and who made it. */
  carers(familyId: string): Promise<readonly string[]>;
  /** These, and who is in it. */
  concerned(familyId: string): Promise<readonly string[]>;

  /** By handle. */
  members(familyId: string, page: PageRequest): Promise<Page<FamilyMemberRecord>>;
  member(familyId: string, principalId: string): Promise<FamilyMemberRecord | undefined>;
  /** The family that somebody is in. */
  membership(principalId: string): Promise<Membership | undefined>;
  /** Principal, key, channels, membership and the task of the lead, or none of them. */
  addMember(by: Principal, made: NewFamilyMember & { readonly ids: MadeIds }): Promise<AddMemberOutcome>;
  changeMember(by: Principal, change: ChangeMember): Promise<ChangeMemberOutcome>;

  reportHealth(
    by: Principal,
    report: NewHealth,
  ): Promise<{ readonly kind: 'health'; readonly health: HealthRecord } | Refusal>;
  /** Newest first. */
  health(familyId: string, page: PageRequest): Promise<Page<HealthRecord>>;
}
