/**
 * Who may do what in a vault: one table, by role.
 *
 * The owner of the state root is in no vault by that alone. They see which ones there are, who is in them and what was
 * done, take people in and out and remove a vault; a value is given to members only, and to them only by a lease.
 */

import { vaultRoles, type Principal, type VaultRole } from '@perdure/contract';

/** The least that somebody has to be. */
const least = {
  'vault.read': 'viewer',
  /** To put something in without seeing what is there. */
  'item.drop': 'viewer',
  'item.write': 'member',
  'lease.request': 'member',
  'item.delete': 'admin',
  'lease.decide': 'admin',
  /** To have a tool or a model server given it, from then on and unasked. */
  'item.grant': 'admin',
  'grant.end': 'admin',
  'members.manage': 'admin',
  'audit.read': 'admin',
  'vault.rekey': 'admin',
  'vault.delete': 'owner',
} as const satisfies Record<string, VaultRole>;

export type VaultRight = keyof typeof least;

/** What only who is in a vault does, whosever the database is. */
const membersAlone: readonly VaultRight[] = ['item.write', 'lease.request', 'item.grant'];

const rank = (role: VaultRole): number => vaultRoles.length - vaultRoles.indexOf(role);

export type VaultActor = Pick<Principal, 'id' | 'isOwner'>;

export function mayInVault(actor: VaultActor, right: VaultRight, role: VaultRole | undefined): boolean {
  if (role !== undefined && rank(role) >= rank(least[right])) return true;
  return actor.isOwner && !membersAlone.includes(right);
}

/** Nobody gives what they do not have, nor takes it from somebody who is more (V3). */
export function isBeyond(actor: VaultActor, role: VaultRole | undefined, other: VaultRole): boolean {
  if (actor.isOwner) return false;
  return role === undefined || rank(other) > rank(role);
}

/** What somebody has to be, in words. */
export function leastRole(right: VaultRight): string {
  const roles = vaultRoles.slice(0, vaultRoles.indexOf(least[right]) + 1);
  return roles.length === 1 ? `its ${roles[0]}` : `an ${roles.slice(0, -1).join(', ')} or ${roles.at(-1)} of it`;
}
