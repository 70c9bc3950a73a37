/**
 * What every store of vaults has to do: one suite over its port. Each case has a store of its own; the second handle is
 * another process.
 */

import { describe } from 'vitest';
import { itemsAreSealed } from './conformance/items.ts';
import { leasesGiveValues } from './conformance/leases.ts';
import { toolsAreLent } from './conformance/lending.ts';
import { vaultsHaveMembers } from './conformance/vaults.ts';
import type { OpenVaultStore } from './conformance/world.ts';

export type { OpenVaultStore, VaultStoreUnderTest } from './conformance/world.ts';

export function vaultStoreConformance(name: string, open: OpenVaultStore): void {
  describe(`the store of vaults on ${name}`, () => {
    vaultsHaveMembers(open);
    itemsAreSealed(open);
    leasesGiveValues(open);
    toolsAreLent(open);
  });
}
