/** `perdure vault list`, `create`, `delete`, `rekey`, `root rotate`, `items` and `audit`, and who is in one. */

import type { VaultRole } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connectToHub } from '../client/connect.ts';
import { allIfOwner, findPrincipal } from '../client/find-principal.ts';
import { printable } from '../text/format.ts';
import { findItem, findVault } from './find.ts';
import { auditList, itemList, memberList, vaultList } from './view.ts';

export async function listVaults(rim: Rim, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const all = await allIfOwner(client);
  const vaults = await allPages((query) => client.listVaults({ query: { ...query, all } }));
  printData(rim, options, vaults, (columns) => vaultList(vaults, columns));
  return 0;
}

export interface CreateVaultOptions extends CommonOptions {
  readonly description?: string;
}

export async function createVault(rim: Rim, name: string, options: CreateVaultOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { data } = await client.createVault({ body: { name, description: options.description ?? '' } });
  const shown = printable(data.name);
  printData(
    rim,
    options,
    data,
    () => `Made vault ${shown}. Put something in: perdure vault put ${shown} <item> --from <file>`,
  );
  return 0;
}

/** A vault with all that is in it, or one item. */
export async function deleteVault(
  rim: Rim,
  { vault, item }: { readonly vault: string; readonly item: string | undefined },
  options: CommonOptions,
): Promise<number> {
  const client = connectToHub(rim, options);
  const found = await findVault(client, vault);
  const name = printable(found.name);
  if (item === undefined) {
    const { data } = await client.deleteVault({ params: { vaultId: found.id } });
    printData(rim, options, data, () => `Vault ${name} is gone, with all that was in it.`);
    return 0;
  }
  const { id: itemId } = await findItem(client, found, item);
  const { data } = await client.deleteVaultItem({ params: { itemId } });
  printData(rim, options, data, () => `${printable(data.name)} is in ${name} no more.`);
  return 0;
}

export async function rekeyVault(rim: Rim, given: string, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: vaultId } = await findVault(client, given);
  const { data } = await client.rekeyVault({ params: { vaultId } });
  printData(rim, options, data, () => `All of ${printable(data.name)} is sealed under a new key.`);
  return 0;
}

export async function rotateRoot(rim: Rim, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { data } = await client.rotateVaultRoot();
  const vaults = data.vaults === 1 ? '1 vault is' : `${data.vaults} vaults are`;
  const next = 'Make a backup anew; those of before open with the key of before alone.';
  printData(rim, options, data, () => `${vaults} sealed under another root key now, ${data.keyId}. ${next}`);
  return 0;
}

export async function listMembers(rim: Rim, given: string, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: vaultId } = await findVault(client, given);
  const members = await allPages((query) => client.listVaultMembers({ params: { vaultId }, query }));
  printData(rim, options, members, (columns) => memberList(members, columns));
  return 0;
}

interface MemberWords {
  readonly vault: string;
  readonly handle: string;
}

export interface AddMemberOptions extends CommonOptions {
  readonly role: VaultRole;
}

export async function addMember(rim: Rim, { vault, handle }: MemberWords, options: AddMemberOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: vaultId, name } = await findVault(client, vault);
  const { id: principalId } = await findPrincipal(client, handle);
  const { data } = await client.addVaultMember({ params: { vaultId }, body: { principalId, role: options.role } });
  printData(rim, options, data, () => `${data.handle} is ${data.role} of ${printable(name)} now.`);
  return 0;
}

export async function removeMember(rim: Rim, { vault, handle }: MemberWords, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: vaultId, name } = await findVault(client, vault);
  const { id: principalId } = await findPrincipal(client, handle);
  const { data } = await client.removeVaultMember({ params: { vaultId, principalId } });
  const next = 'Rotate what they may know.';
  printData(rim, options, data, () => `${data.handle} is in ${printable(name)} no more. ${next}`);
  return 0;
}

export async function listItems(rim: Rim, given: string, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: vaultId } = await findVault(client, given);
  const items = await allPages((query) => client.listVaultItems({ params: { vaultId }, query }));
  printData(rim, options, items, (columns) => itemList(items, columns));
  return 0;
}

export interface AuditOptions extends CommonOptions {
  readonly limit: number;
}

export async function listAudit(rim: Rim, given: string, options: AuditOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: vaultId } = await findVault(client, given);
  const { data } = await client.listVaultAudit({ params: { vaultId }, query: { limit: options.limit } });
  printData(rim, options, data, (columns) => auditList(data, columns));
  return 0;
}
