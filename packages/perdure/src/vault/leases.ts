/** `perdure vault get`, `lease`, `leases` and `decide`. */

import { PerdureError, type LeaseDecision } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connectToHub } from '../client/connect.ts';
import { checkedPrefix, onlyOne } from '../client/id-prefix.ts';
import { findItem, findVault } from './find.ts';
import { openItem } from './open.ts';
import { itemList, leaseList } from './view.ts';

interface Words {
  readonly vault: string;
  readonly item: string;
}

export interface GetOptions extends CommonOptions {
  readonly reason?: string;
  readonly field?: string;
}

/** Masked; with a reason the value of a field alone on stdout, so that it can go through a pipe. */
export async function getItem(rim: Rim, { vault, item }: Words, options: GetOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const found = await findItem(client, await findVault(client, vault), item);
  const { reason, field } = options;
  if (reason === undefined) {
    printData(rim, options, found, (columns) => itemList([found], columns));
    return 0;
  }
  const only = field ?? (found.fieldKeys.length === 1 ? found.fieldKeys[0] : undefined);
  if (only === undefined || !found.fieldKeys.includes(only)) {
    throw new PerdureError('usage', `Say which field with --field: ${found.fieldKeys.join(', ')}.`);
  }
  const fields = await openItem(client, found, reason);
  printData(rim, options, { field: only, value: fields[only] }, () => fields[only] ?? '');
  return 0;
}

export interface LeaseOptions extends CommonOptions {
  readonly reason: string;
  readonly for: number;
}

export async function requestLease(rim: Rim, { vault, item }: Words, options: LeaseOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: itemId } = await findItem(client, await findVault(client, vault), item);
  const ttlSeconds = Math.ceil(options.for / 1000);
  const { data } = await client.requestVaultLease({ body: { itemId, reason: options.reason, ttlSeconds } });
  printData(rim, options, data, (columns) => leaseList([data], columns));
  return 0;
}

export async function listLeases(rim: Rim, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const leases = await allPages((query) => client.listVaultLeases({ query }));
  printData(rim, options, leases, (columns) => leaseList(leases, columns));
  return 0;
}

export async function decideLease(
  rim: Rim,
  { lease, to }: { readonly lease: string; readonly to: LeaseDecision },
  options: CommonOptions,
): Promise<number> {
  const client = connectToHub(rim, options);
  const kind = { noun: 'lease', listing: 'perdure vault leases' } as const;
  const prefix = checkedPrefix(lease, kind);
  const all = await allPages((query) => client.listVaultLeases({ query }));
  const { id: leaseId } = onlyOne(
    all.filter(({ id }) => id.startsWith(prefix)),
    prefix,
    kind,
  );
  const { data } = await client.changeVaultLease({ params: { leaseId }, body: { status: to } });
  printData(rim, options, data, () => `The lease is ${data.status} now.`);
  return 0;
}
