/**
 * Vaults and who is in them.
 *
 * V3 Nobody gives a role that is above their own, nor takes out who has one; a vault keeps an owner.
 */

import { compact, type Principal, type VaultRole } from '@perdure/contract';
import { noSuchPrincipal, refuse, type Refusal } from '../refusal.ts';
import type { VaultMemberRecord, VaultStanding } from './records.ts';
import { isBeyond, leastRole, mayInVault, type VaultActor, type VaultRight } from './roles.ts';

export type Allowed = { readonly kind: 'allowed' } | Refusal;
export const allowed = { kind: 'allowed' } as const;

export const noSuchVault = (vaultId: string): Refusal =>
  refuse('not_found', `You are in no vault ${vaultId}; \`GET /api/v1/vault/vaults\` lists those you are in.`);

/** What keeps `actor` from it; undefined: nothing. To whom a vault is not shown it does not exist (H2). */
export function vaultRefusal(
  actor: VaultActor,
  right: VaultRight,
  { standing, vaultId }: { readonly standing: VaultStanding | undefined; readonly vaultId: string },
): Refusal | undefined {
  if (standing === undefined || !mayInVault(actor, 'vault.read', standing.role)) return noSuchVault(vaultId);
  if (mayInVault(actor, right, standing.role)) return undefined;
  return refuse('forbidden', `This is for ${leastRole(right)}; ask somebody who is one.`, {
    ...compact({ role: standing.role }),
  });
}

export function decideOnVault(
  actor: VaultActor,
  right: VaultRight,
  facts: { readonly standing: VaultStanding | undefined; readonly vaultId: string },
): { readonly kind: 'allowed'; readonly standing: VaultStanding } | Refusal {
  const refusal = vaultRefusal(actor, right, facts);
  if (refusal !== undefined || facts.standing === undefined) return refusal ?? noSuchVault(facts.vaultId);
  return { kind: 'allowed', standing: facts.standing };
}

/** The root key is the owner's of the state root, whoever's the vaults are. */
export function decideRotateRoot(actor: VaultActor): Allowed {
  if (actor.isOwner) return allowed;
  return refuse('forbidden', 'This is for the owner of the state root; ask them.');
}

export interface VaultMemberFacts {
  readonly vaultId: string;
  readonly standing: VaultStanding | undefined;
  readonly principalId: string;
  readonly principal: Principal | undefined;
  /** What they are in it already. */
  readonly member: VaultMemberRecord | undefined;
  /** Owners that it has. */
  readonly owners: number;
}

export function decideAddVaultMember(actor: VaultActor, role: VaultRole, facts: VaultMemberFacts): Allowed {
  const refusal = vaultRefusal(actor, 'members.manage', facts);
  if (refusal !== undefined) return refusal;
  const { principal, principalId, member, standing } = facts;
  if (principal === undefined) return noSuchPrincipal(principalId);
  if (isBeyond(actor, standing?.role, role)) {
    return refuse('forbidden', `You are less than ${role} in this vault, so you may not make ${role}; ask one.`);
  }
  if (member !== undefined) {
    return refuse('conflict', `Already a member: ${principal.handle} is ${member.role} of this vault.`);
  }
  return allowed;
}

/** Anybody leaves; others are taken out by who manages members. */
export function decideRemoveVaultMember(actor: VaultActor, facts: VaultMemberFacts): Allowed {
  const isOneself = facts.principalId === actor.id;
  const refusal = vaultRefusal(actor, isOneself ? 'vault.read' : 'members.manage', facts);
  if (refusal !== undefined) return refusal;
  const { member, standing, principalId, owners } = facts;
  if (member === undefined) {
    return refuse('not_found', `${principalId} is not in this vault, so nothing was changed.`);
  }
  if (isBeyond(actor, standing?.role, member.role)) {
    return refuse('forbidden', `${member.principal.handle} is more than you in this vault; ask an ${member.role}.`);
  }
  if (member.role === 'owner' && owners === 1) {
    return refuse('conflict', 'A vault keeps an owner: make another one first, or delete the vault.');
  }
  return allowed;
}
