/** Families as people name them: by name, letter case aside where only one is called so, or by id. */

import { PerdureError, type Family } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { allPages } from '../client/all-pages.ts';

export async function findFamily(client: Client, given: string): Promise<Family> {
  const all = await allPages((query) => client.listFamilies({ query }));
  const exact = all.find(({ id, name }) => id === given || name === given);
  if (exact !== undefined) return exact;
  const alike = all.filter(({ name }) => name.toLowerCase() === given.toLowerCase());
  if (alike.length === 1 && alike[0] !== undefined) return alike[0];
  if (alike.length === 0) {
    throw new PerdureError(
      'not_found',
      `There is no family "${given}"; \`perdure family list\` shows those there are.`,
    );
  }
  const names = alike.map(({ name }) => `"${name}"`).join(' or ');
  throw new PerdureError('conflict', `${alike.length} families are called "${given}": write it as it is, ${names}.`);
}
