/**
 * Values that gateways are given, by the rules of the vaults: by a lease in the name of the owner that ends at once,
 * with its reason in the audit. A name is looked for among vaults that who names it is in, and nowhere else.
 */

import { PerdureError, type Principal, type Vault, type VaultItem } from '@perdure/contract';
import { decideLease, requestLease, useLease, type VaultDeps } from '@perdure/hub/desk';
import { accepted } from '../http/hub/actor.ts';
import { itemsOf, vaultsOf, type FleetVaultDeps } from './vaults.ts';

/** From asking for a value to having it. */
const leaseSeconds = 60;

/** The value behind `vault/item/field`. @throws PerdureError `conflict` with what to mend */
export async function readReference(
  { vault, owner }: FleetVaultDeps,
  reference: string,
  reason: string,
): Promise<string> {
  const { item, key } = await find(vault, owner, reference);
  const asked = { itemId: item.id, reason, ttlSeconds: leaseSeconds };
  const { lease } = accepted(await requestLease(vault, owner, asked));
  try {
    const { fields } = accepted(await useLease(vault, owner, lease.id));
    const value = fields[key];
    if (value !== undefined) return value;
  } finally {
    await decideLease(vault, owner, { leaseId: lease.id, to: 'revoked' });
  }
  throw mend(`"${reference}" has no field "${key}" any more; put it back, or name another one.`);
}

/**
 * The reference by ids, so that nothing can be exchanged behind a name. Nobody has a gateway given what they would not
 * be given themselves (H1), and it is the owner who reads it.
 */
export async function resolveReference(
  { vault: deps, owner }: FleetVaultDeps,
  by: Principal,
  reference: string,
): Promise<string> {
  const { vault, item, key } = await find(deps, by, reference);
  mayBeGiven(by, vault, reference);
  const owners = await vaultsOf(deps, owner);
  mayBeGiven(owner, owners.find(({ id }) => id === vault.id) ?? { ...vault, role: undefined }, reference);
  return `${vault.id}/${item.id}/${key}`;
}

interface FoundField {
  readonly vault: Vault;
  readonly item: VaultItem;
  readonly key: string;
}

async function find(deps: VaultDeps, by: Principal, reference: string): Promise<FoundField> {
  const [vaultName = '', itemName = '', fieldName] = reference.split('/');
  const vault = oneOf(await vaultsOf(deps, by), vaultName, `"${reference}": a vault that ${by.handle} is in`);
  const item = oneOf(await itemsOf(deps, by, vault.id), itemName, `"${reference}": an item of ${vault.name}`);
  const key = fieldName ?? (item.fieldKeys.length === 1 ? item.fieldKeys[0] : undefined);
  if (key !== undefined && item.fieldKeys.includes(key)) return { vault, item, key };
  throw mend(`"${reference}" names no field: write <vault>/<item>/<field>; it has ${item.fieldKeys.join(', ')}.`);
}

function oneOf<T extends { readonly id: string; readonly name: string }>(
  all: readonly T[],
  given: string,
  what: string,
): T {
  const byId = all.find(({ id }) => id === given);
  if (byId !== undefined) return byId;
  const [found, ...more] = all.filter(({ name }) => name.toLowerCase() === given.toLowerCase());
  if (found === undefined)
    throw mend(`${what} is not called "${given}"; \`perdure vault list\` shows those there are.`);
  if (more.length > 0) throw mend(`${what} is meant by "${given}", which ${more.length + 1} are called: write its id.`);
  return found;
}

function mayBeGiven({ handle }: Principal, { role }: Pick<Vault, 'role'>, reference: string): void {
  if (role !== undefined && role !== 'viewer') return;
  throw new PerdureError(
    'forbidden',
    `${handle} may not be given what "${reference}" means, and so no gateway may for them: make them a member of its vault.`,
  );
}

/** Somebody has to mend something; to ask again changes nothing. */
const mend = (message: string): PerdureError => new PerdureError('conflict', message);
