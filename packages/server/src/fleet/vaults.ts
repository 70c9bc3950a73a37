/**
 * Vaults of members. That of a member is one that the owner has made, so that nobody catches keys with a vault that is
 * called alike.
 */

import { familyVaultOf, type Family, type Principal, type Vault, type VaultItem } from '@perdure/contract';
import {
  addVaultMember,
  createVault,
  decideLease,
  deleteVault,
  listItems,
  listLeases,
  listVaultMembers,
  listVaults,
  putItem,
  removeVaultMember,
  rotateItem,
  showVault,
  type VaultDeps,
} from '@perdure/hub/desk';
import { accepted } from '../http/hub/actor.ts';
import { allPages } from './all-pages.ts';

export interface FleetVaultDeps {
  readonly vault: VaultDeps;
  readonly owner: Principal;
}

/** Of a key that we put into a vault. */
const field = 'key';

/** Those that somebody is in. */
export async function vaultsOf(deps: VaultDeps, by: Principal): Promise<readonly Vault[]> {
  return await allPages(async (page) => accepted(await listVaults(deps, by, { ...page, isAll: false })));
}

export async function itemsOf(deps: VaultDeps, by: Principal, vaultId: string): Promise<readonly VaultItem[]> {
  return await allPages(async (page) => accepted(await listItems(deps, by, { ...page, vaultId })));
}

async function madeByOwner({ vault, owner }: FleetVaultDeps, name: string): Promise<Vault | undefined> {
  return (await vaultsOf(vault, owner)).find((each) => each.name === name && each.createdBy === owner.id);
}

interface Whose {
  readonly agent: Pick<Principal, 'id' | 'handle'>;
  readonly personId: string;
}

/** `<handle>-main`, with the agent as owner and the person as admin; its id. */
export async function ensureVault(deps: FleetVaultDeps, { agent, personId }: Whose): Promise<string> {
  const vaultId = await ensureNamed(deps, { name: `${agent.handle}-main`, description: `Of ${agent.handle}` });
  await join(deps, { vaultId, principalId: agent.id, role: 'owner' });
  if (personId !== deps.owner.id) await join(deps, { vaultId, principalId: personId, role: 'admin' });
  return vaultId;
}

/** The owner's vault of that name. */
export async function ensureNamed(
  deps: FleetVaultDeps,
  made: { readonly name: string; readonly description: string },
): Promise<string> {
  const found = await madeByOwner(deps, made.name);
  return (found ?? accepted(await createVault(deps.vault, deps.owner, made)).vault).id;
}

/** Whoever is in it stays what they are. */
async function join(
  { vault, owner }: FleetVaultDeps,
  change: { readonly vaultId: string; readonly principalId: string; readonly role: 'owner' | 'admin' },
): Promise<void> {
  const outcome = await addVaultMember(vault, owner, change);
  if (outcome.kind === 'refused' && outcome.code !== 'conflict') accepted(outcome);
}

/** Nobody but the owner is in it any more. Where nothing lies in it, it is deleted. */
export async function archiveVault(deps: FleetVaultDeps, vaultId: string): Promise<void> {
  const { vault, owner } = deps;
  const shown = await showVault(vault, owner, vaultId);
  if (shown.kind === 'refused' && shown.code === 'not_found') return;
  accepted(shown);
  if ((await itemsOf(vault, owner, vaultId)).length === 0) {
    accepted(await deleteVault(vault, owner, vaultId));
    return;
  }
  const members = await allPages(async (page) => accepted(await listVaultMembers(vault, owner, { ...page, vaultId })));
  for (const { principalId } of members) {
    if (principalId !== owner.id) accepted(await removeVaultMember(vault, owner, { vaultId, principalId }));
  }
  await endLeases(deps, vaultId);
}

/** Those of who is taken out have ended with it; the others are the owner's. */
async function endLeases({ vault, owner }: FleetVaultDeps, vaultId: string): Promise<void> {
  const leases = await allPages(async (page) => await listLeases(vault, owner, page));
  for (const { id: leaseId, status, vaultId: of } of leases) {
    if (of !== vaultId || (status !== 'active' && status !== 'pending')) continue;
    const ended = await decideLease(vault, owner, { leaseId, to: 'revoked' });
    // It may have ended by itself meanwhile.
    if (ended.kind === 'refused' && ended.code !== 'conflict') accepted(ended);
  }
}

interface KeptKey {
  readonly vaultId: string;
  readonly name: string;
  readonly value: string;
  /** What has that name stays as it is: this one is called otherwise then. */
  readonly isBeside: boolean;
}

/** Puts a value into a vault, in the place of the one before or beside it; its reference. */
export async function keepKey({ vault, owner }: FleetVaultDeps, kept: KeptKey): Promise<string> {
  const { vaultId, value, isBeside } = kept;
  const fields = [{ key: field, type: 'secret', value }] as const;
  const items = await itemsOf(vault, owner, vaultId);
  const name = isBeside ? freeName(kept.name, items) : kept.name;
  const before = items.find((each) => each.name === name);
  const made = { vaultId, name, type: 'login', needsApproval: false, fields, isDrop: false };
  const { item } = accepted(
    before === undefined
      ? await putItem(vault, owner, made)
      : await rotateItem(vault, owner, { itemId: before.id, fields }),
  );
  return `${vaultId}/${item.id}/${field}`;
}

function freeName(name: string, items: readonly VaultItem[]): string {
  const taken = new Set(items.map((item) => item.name));
  let next = name;
  for (let count = 2; taken.has(next); count += 1) next = `${name}-${count}`;
  return next;
}

/** The only field of an item in what a family shares: a vault of the owner, who takes in who may look at it. */
export async function findKey(
  deps: FleetVaultDeps,
  { family, item: wanted }: { readonly family: Pick<Family, 'id' | 'name'>; readonly item: string },
): Promise<string | undefined> {
  const vault = familyVaultOf(await vaultsOf(deps.vault, deps.owner), { family, ownerId: deps.owner.id });
  if (vault === undefined) return undefined;
  const item = (await itemsOf(deps.vault, deps.owner, vault.id)).find((each) => each.name === wanted);
  return item?.fieldKeys.length === 1 ? `${vault.id}/${item.id}/${item.fieldKeys[0]}` : undefined;
}
