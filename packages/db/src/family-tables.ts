/** The tables of families and of what was managed in the hub: a part of the schema. */

import type { AuditAction, MemberStatus } from '@perdure/contract';

export interface FamiliesTable {
  id: string;
  name: string;
  lead_id: string | null;
  /** A JSON object. */
  host: string | null;
  /** A JSON array of names and values. */
  resources: string;
  conventions: string;
  created_by: string;
  created_at: number;
  updated_at: number;
}

/** A principal is in one family at most. */
export interface FamilyMembersTable {
  family_id: string;
  principal_id: string;
  status: MemberStatus;
  status_at: number;
  /** 1: it was there before the family took it in. */
  is_adopted: 0 | 1;
  /** A JSON object. */
  metadata: string;
  gateway_port: number | null;
  oc_home_dir: string | null;
  dm_channel_id: string | null;
  onboarding_channel_id: string | null;
  client_key: string | null;
  created_by: string;
  created_at: number;
  updated_at: number;
}

/** How the members of a family were; the newest snapshots of each. */
export interface FamilyHealthTable {
  family_id: string;
  seq: number;
  taken_at: number;
  received_at: number;
  reported_by: string;
  host: string | null;
  /** A JSON array. */
  members: string;
}

/** What was managed in the hub. Rows are added, never changed. */
export interface HubAuditTable {
  /** From 1, without gaps. */
  seq: number;
  at: number;
  action: AuditAction;
  actor_id: string;
  principal_id: string | null;
  key_id: string | null;
  channel_id: string | null;
  family_id: string | null;
  /** A JSON object of texts. */
  detail: string | null;
}
