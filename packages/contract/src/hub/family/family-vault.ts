/**
 * The vault of what the members of a family share: one that the owner has made. It is named as the family was called
 * then; that it is the family's stands in its description, which a rename does not change.
 */

import type { Vault } from '../vault/vaults.ts';
import type { Family } from './families.ts';

const mark = (familyId: string): string => `(family ${familyId})`;

/** As it is made. */
export function newFamilyVault({ id, name }: Pick<Family, 'id' | 'name'>): {
  readonly name: string;
  readonly description: string;
} {
  return { name: `family-${name}`, description: `Shared by the family ${name} ${mark(id)}` };
}

/** Undefined: it shares nothing. One that only has the name may be of a family that was called so before. */
export function familyVaultOf<V extends Pick<Vault, 'name' | 'description' | 'createdBy'>>(
  vaults: readonly V[],
  { family, ownerId }: { readonly family: Pick<Family, 'id' | 'name'>; readonly ownerId: string },
): V | undefined {
  const own = vaults.filter(({ createdBy }) => createdBy === ownerId);
  const marked = own.find(({ description }) => description.endsWith(mark(family.id)));
  const named = own.find(
    ({ name, description }) => name === `family-${family.name}` && !/\(family [^)]*\)$/.test(description),
  );
  return marked ?? named;
}
