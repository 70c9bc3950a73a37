/** Asks for a lease of an item and uses it at once: the one way to a value. */

import { PerdureError, type VaultItem } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { findItem, findVault } from './find.ts';

/** As short as a lease can be put to use: it is used once, now. */
const ttlSeconds = 60;

export async function openItem(
  client: Client,
  { id: itemId, name }: VaultItem,
  reason: string,
): Promise<Readonly<Record<string, string>>> {
  const { data: lease } = await client.requestVaultLease({ body: { itemId, reason, ttlSeconds } });
  if (lease.status === 'pending') {
    throw new PerdureError(
      'conflict',
      `"${name}" is given only where an admin of its vault agrees; the lease ${lease.id} waits for that.`,
    );
  }
  const { data: used } = await client.useVaultLease({ params: { leaseId: lease.id } });
  return used.fields;
}

/** What a reference names: `<vault>/<item>`, or `<vault>/<item>/<field>`. */
export interface Reference {
  readonly vault: string;
  readonly item: string;
  readonly field: string | undefined;
}

export function parseReference(given: string): Reference {
  const [vault = '', item = '', field, ...more] = given.split('/');
  if (vault !== '' && item !== '' && field !== '' && more.length === 0) return { vault, item, field };
  throw new PerdureError('usage', `"${given}" names no item: give it as <vault>/<item>, or as <vault>/<item>/<field>.`);
}

/** The fields that it names, with their values. */
export async function openReference(
  client: Client,
  { vault, item, field }: Reference,
  reason: string,
): Promise<Readonly<Record<string, string>>> {
  const found = await findItem(client, await findVault(client, vault), item);
  if (field !== undefined && !found.fieldKeys.includes(field)) {
    throw new PerdureError('not_found', `"${found.name}" has no field ${field}; it has ${found.fieldKeys.join(', ')}.`);
  }
  const fields = await openItem(client, found, reason);
  return field === undefined ? fields : { [field]: fields[field] ?? '' };
}
