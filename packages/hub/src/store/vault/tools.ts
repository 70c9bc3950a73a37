/** What the parts of the store of vaults share. */

import type { GroupCommit, Read } from '@perdure/db';
import type { PrincipalRows } from '../principal-store.ts';
import type { GrantRows } from './grant-rows.ts';
import type { ItemRows } from './item-rows.ts';
import type { LeaseRows } from './lease-rows.ts';
import type { VaultKeys } from './vault-keys.ts';
import type { VaultRows } from './vault-rows.ts';

export interface VaultTools {
  readonly vaults: VaultRows;
  readonly items: ItemRows;
  readonly leases: LeaseRows;
  readonly grants: GrantRows;
  readonly principals: PrincipalRows;
  readonly keys: VaultKeys;
  readonly write: GroupCommit['run'];
  readonly read: Read;
}
