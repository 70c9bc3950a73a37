/** The prepared statements of members of families. What writes runs in a transaction that the caller holds. */

import { compact } from '@perdure/contract';
import type { Connection, FamiliesTable, FamilyMembersTable } from '@perdure/db';
import type { FamilyMemberRecord, Membership } from '../../core/family/records.ts';
import { present } from '../rows.ts';
import { toFamilyMember, type FamilyMemberRow } from './rows.ts';

const members = `
  SELECT principals.*, family_id, principal_id, status, status_at, is_adopted, metadata, gateway_port, oc_home_dir,
    dm_channel_id, onboarding_channel_id, client_key, created_by, family_members.created_at AS added_at, updated_at
  FROM family_members JOIN principals ON principals.id = principal_id`;

type MembershipRow = Pick<FamilyMembersTable, 'family_id' | 'status' | 'is_adopted'> & Pick<FamiliesTable, 'lead_id'>;

export class MemberRows {
  readonly #one;
  readonly #after;
  readonly #count;
  readonly #byKey;
  readonly #membership;
  readonly #onboarding;
  readonly #insert;
  readonly #update;

  constructor({ sqlite }: Connection) {
    this.#one = sqlite.prepare(`${members} WHERE family_id = ? AND principal_id = ?`);
    this.#after = sqlite.prepare(`${members} WHERE family_id = ? AND handle > ? ORDER BY handle LIMIT ?`);
    this.#count = sqlite.prepare('SELECT count(*) AS n FROM family_members WHERE family_id = ?');
    this.#byKey = sqlite.prepare(
      'SELECT principal_id FROM family_members WHERE family_id = ? AND client_key = ? AND client_key IS NOT NULL',
    );
    this.#membership = sqlite.prepare(
      `SELECT family_id, status, is_adopted, lead_id FROM family_members
       JOIN families ON families.id = family_id WHERE principal_id = ?`,
    );
    this.#onboarding = sqlite.prepare(
      `SELECT onboarding_channel_id AS channel FROM family_members
       WHERE family_id = :family AND status <> 'deprovisioned' AND onboarding_channel_id IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM channel_members WHERE channel_id = onboarding_channel_id AND channel_members.principal_id = :who)
       ORDER BY onboarding_channel_id`,
    );
    this.#insert = sqlite.prepare(
      `INSERT INTO family_members (family_id, principal_id, status, status_at, is_adopted, metadata, gateway_port,
         oc_home_dir, dm_channel_id, onboarding_channel_id, client_key, created_by, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#update = sqlite.prepare(
      `UPDATE family_members SET status = ?, status_at = ?, metadata = ?, gateway_port = ?, oc_home_dir = ?, updated_at = ?
       WHERE family_id = ? AND principal_id = ?`,
    );
  }

  get(familyId: string, principalId: string): FamilyMemberRecord | undefined {
    const row = this.#one.get(familyId, principalId);
    return row && toFamilyMember(row as unknown as FamilyMemberRow);
  }

  after(familyId: string, handle: string, limit: number): readonly FamilyMemberRecord[] {
    return this.#after.all(familyId, handle, limit).map((row) => toFamilyMember(row as unknown as FamilyMemberRow));
  }

  count(familyId: string): number {
    return Number(this.#count.get(familyId)?.['n']);
  }

  /** Who was made under this key of the client. */
  byKey(familyId: string, clientKey: string | undefined): string | undefined {
    const row = clientKey === undefined ? undefined : this.#byKey.get(familyId, clientKey);
    return row && String(row['principal_id']);
  }

  membership(principalId: string): Membership | undefined {
    const row = this.#membership.get(principalId) as MembershipRow | undefined;
    if (row === undefined) return undefined;
    const { family_id: familyId, status, is_adopted: isAdopted, lead_id: leadId } = row;
    return { familyId, status, isAdopted: isAdopted === 1, ...compact({ leadId: present(leadId) }) };
  }

  /** Channels in which members of the family are met, as far as somebody is not in them. */
  onboardingWithout(family: string, who: string): readonly string[] {
    return this.#onboarding.all({ family, who }).map((row) => String(row['channel']));
  }

  insert(member: Omit<FamilyMemberRecord, 'principal'>, principalId: string, clientKey: string | undefined): void {
    const { familyId, status, statusAt, isAdopted, metadata, gatewayPort, ocHomeDir } = member;
    const { dmChannelId = null, onboardingChannelId = null, createdBy, createdAt, updatedAt } = member;
    const place = [gatewayPort ?? null, ocHomeDir ?? null, dmChannelId, onboardingChannelId] as const;
    const kept = [familyId, principalId, status, statusAt, isAdopted ? 1 : 0, JSON.stringify(metadata)] as const;
    this.#insert.run(...kept, ...place, clientKey ?? null, createdBy, createdAt, updatedAt);
  }

  update({ familyId, principal, status, statusAt, metadata, ...member }: FamilyMemberRecord): void {
    const { gatewayPort = null, ocHomeDir = null, updatedAt } = member;
    const text = JSON.stringify(metadata);
    this.#update.run(status, statusAt, text, gatewayPort, ocHomeDir, updatedAt, familyId, principal.id);
  }
}
