/**
 * Vaults in the database of a state root. Values are sealed and opened inside of transactions, with a key that is
 * unwrapped for the one call.
 */

import { type Connection, createRead, type GroupCommit } from '@perdure/db';
import type { VaultStore } from '../../core/vault/ports.ts';
import type { RandomBytes } from '../../seal/index.ts';
import { PrincipalRows } from '../principal-store.ts';
import { GrantRows } from './grant-rows.ts';
import { grantsOf } from './grants.ts';
import { ItemRows } from './item-rows.ts';
import { itemsOf } from './items.ts';
import { LeaseRows } from './lease-rows.ts';
import { leasesOf } from './leases.ts';
import { lendingOf } from './lending.ts';
import { vaultMembersOf } from './members.ts';
import type { VaultTools } from './tools.ts';
import { VaultKeys, type RootOf } from './vault-keys.ts';
import { VaultRows } from './vault-rows.ts';
import { vaultsOf } from './vaults.ts';
import { wiping } from './wipe.ts';

export interface VaultStoreDeps {
  readonly group: GroupCommit;
  readonly root: RootOf;
  readonly random: RandomBytes;
}

export function createVaultTools(database: Connection, { group, root, random }: VaultStoreDeps): VaultTools {
  const vaults = new VaultRows(database);
  const items = new ItemRows(database);
  return {
    vaults,
    items,
    leases: new LeaseRows(database),
    grants: new GrantRows(database),
    principals: new PrincipalRows(database),
    keys: new VaultKeys({ vaults, items, root, random }),
    write: (work) => group.run(() => wiping(database, work)),
    read: createRead(database),
  };
}

export function createVaultStore(database: Connection, deps: VaultStoreDeps): VaultStore {
  const tools = createVaultTools(database, deps);
  return {
    ...vaultsOf(tools),
    ...vaultMembersOf(tools),
    ...itemsOf(tools),
    ...leasesOf(tools),
    ...grantsOf(tools),
    ...lendingOf(tools),
  };
}
