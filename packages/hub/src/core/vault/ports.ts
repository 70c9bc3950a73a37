/**
 * What the vaults need of a store: as `core/ports.ts`, with more.
 *
 * V1 No audit row, no secret: what was done is written down in the transaction that does it, and where that cannot be
 *    written nothing is given and nothing is changed.
 */

import type { LeaseDecision, LendRequest, Principal, VaultRole } from '@perdure/contract';
import type { Page, PageRequest } from '../ports.ts';
import type { Refusal } from '../refusal.ts';
import type { NewGrant } from './decide-grant.ts';
import type { NewItem } from './decide-item.ts';
import type { NewLease } from './decide-lease.ts';
import type {
  AuditRecord,
  GrantRecord,
  ItemRecord,
  LeaseRecord,
  PlainField,
  VaultMemberRecord,
  VaultStanding,
} from './records.ts';

type Answer<Kind extends string, Name extends string, T> =
  | ({ readonly kind: Kind } & { readonly [N in Name]: T })
  | Refusal;

export type VaultOutcome = Answer<'vault', 'standing', VaultStanding>;
export type VaultMemberOutcome = Answer<'member', 'member', VaultMemberRecord>;
export type ItemOutcome = Answer<'item', 'item', ItemRecord>;
export type GrantOutcome = Answer<'grant', 'grant', GrantRecord>;
export type LeaseOutcome = Answer<'lease', 'lease', LeaseRecord>;

export type RootOutcome =
  | { readonly kind: 'rotated'; readonly keyId: string; /** Sealed under it. */ readonly vaults: number }
  | Refusal;

/** Who has the root key. */
export interface RootKeeper {
  /** Makes another one, under which the keys of all vaults are sealed from then on: at once, or not at all. */
  rotate(by: Principal): Promise<RootOutcome>;
}

export type UseLeaseOutcome = ({ readonly kind: 'opened' } & OpenedItem) | Refusal;

export interface OfVault {
  readonly vaultId: string;
  readonly now: number;
}

export interface ItemFilter {
  /** Part of its name. */
  readonly q?: string | undefined;
  readonly type?: string | undefined;
}

/** What a lease gives. */
export interface OpenedItem {
  readonly leaseId: string;
  readonly itemId: string;
  readonly version: number;
  readonly fields: Readonly<Record<string, string>>;
}

export interface LendCommand extends LendRequest {
  /** An id for each lease that is made of it. */
  readonly newId: () => string;
  readonly ttlMs: number;
  readonly now: number;
}

export interface LentValue {
  readonly name: string;
  readonly value: string;
  /** No secret, such as a user name. */
  readonly isOpen: boolean;
}

export type LendOutcome =
  | {
      readonly kind: 'lent';
      readonly values: readonly LentValue[];
      /** By which it is taken back. */
      readonly leaseIds: readonly string[];
    }
  | Refusal;

export interface VaultStore {
  create(
    by: Principal,
    made: { readonly id: string; readonly name: string; readonly description: string; readonly now: number },
  ): Promise<VaultOutcome>;
  get(viewer: Principal, vaultId: string): Promise<VaultStanding | undefined>;
  /** Newest first; `isAll`: also those they are not in. */
  list(viewer: Principal, page: PageRequest & { readonly isAll: boolean }): Promise<Page<VaultStanding>>;
  /** With all that is in it, and with its key. What was done stays. */
  remove(by: Principal, of: OfVault): Promise<VaultOutcome>;
  /** Seals all of a vault under a new key. */
  rekey(by: Principal, of: OfVault): Promise<VaultOutcome>;

  /** By handle. */
  members(vaultId: string, page: PageRequest): Promise<Page<VaultMemberRecord>>;
  addMember(
    by: Principal,
    change: OfVault & { readonly principalId: string; readonly role: VaultRole },
  ): Promise<VaultMemberOutcome>;
  removeMember(by: Principal, change: OfVault & { readonly principalId: string }): Promise<VaultMemberOutcome>;

  /** By name. */
  items(vaultId: string, page: PageRequest & ItemFilter): Promise<Page<ItemRecord>>;
  item(by: Principal, itemId: string): Promise<ItemOutcome>;
  putItem(by: Principal, made: NewItem): Promise<ItemOutcome>;
  rotateItem(
    by: Principal,
    change: { readonly itemId: string; readonly fields: readonly PlainField[]; readonly now: number },
  ): Promise<ItemOutcome>;
  removeItem(by: Principal, of: { readonly itemId: string; readonly now: number }): Promise<ItemOutcome>;

  requestLease(by: Principal, made: NewLease): Promise<LeaseOutcome>;
  lease(by: Principal, leaseId: string): Promise<LeaseOutcome>;
  /** Newest first: their own, and those of vaults in which they decide. */
  leases(by: Principal, page: PageRequest): Promise<Page<LeaseRecord>>;
  decideLease(
    by: Principal,
    change: { readonly leaseId: string; readonly to: LeaseDecision; readonly now: number },
  ): Promise<LeaseOutcome>;
  /** The values, written down as given. */
  useLease(by: Principal, of: { readonly leaseId: string; readonly now: number }): Promise<UseLeaseOutcome>;

  /** What was granted to the same before is so anew: as it is now, and on behalf of who grants it now. */
  grant(by: Principal, made: NewGrant): Promise<GrantOutcome>;
  endGrant(by: Principal, of: { readonly grantId: string; readonly now: number }): Promise<GrantOutcome>;
  /** Newest first: of vaults in which they decide. */
  grants(by: Principal, page: PageRequest): Promise<Page<GrantRecord>>;
  /** The values for one call, by leases of who granted them: asked for, given and used in one moment. */
  lend(command: LendCommand): Promise<LendOutcome>;
  /** Ends leases that were lent; of those that have ended nothing more is said. `undefined`: all there are. */
  endLends(leaseIds: readonly string[] | undefined, now: number): Promise<void>;
  /** Why it would not be lent; undefined: it would. Nothing is opened. */
  lendProblem(request: Pick<LendRequest, 'grantee' | 'fingerprint' | 'wanted'>): Promise<Refusal | undefined>;

  /** Newest first. */
  audit(vaultId: string, page: PageRequest): Promise<Page<AuditRecord>>;
}
