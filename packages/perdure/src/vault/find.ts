/** Vaults and items as people name them: `<vault>/<item>`, by name, letter case aside, or by the whole id. */

import { PerdureError, type Vault, type VaultItem } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { allPages } from '../client/all-pages.ts';
import { fetchedOnce } from '../client/fetched-once.ts';
import { allIfOwner } from '../client/find-principal.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** The one that is called so. @throws PerdureError that tells where they are listed */
function named<T extends Named>(all: readonly T[], given: string, kind: { noun: string; listing: string }): T {
  const found = all.filter(({ id, name }) => id === given || name.toLowerCase() === given.toLowerCase());
  if (found.length === 1 && found[0] !== undefined) return found[0];
  if (found.length === 0) {
    throw new PerdureError(
      'not_found',
      `There is no ${kind.noun} "${given}"; \`${kind.listing}\` shows those there are.`,
    );
  }
  const ids = found.map(({ id }) => id).join(' or ');
  throw new PerdureError('conflict', `${found.length} are called "${given}": name one by its id, ${ids}.`);
}

export async function findVault(client: Client, given: string): Promise<Vault> {
  const vaults = await fetchedOnce(client, 'vaults', async () => {
    const all = await allIfOwner(client);
    return await allPages((query) => client.listVaults({ query: { ...query, all } }));
  });
  return named(vaults, given, { noun: 'vault', listing: 'perdure vault list' });
}

export async function findItem(client: Client, { id: vaultId, name }: Vault, given: string): Promise<VaultItem> {
  const all = await fetchedOnce(client, `items of ${vaultId}`, () =>
    allPages((query) => client.listVaultItems({ params: { vaultId }, query })),
  );
  return named(all, given, { noun: 'item', listing: `perdure vault items ${name}` });
}
