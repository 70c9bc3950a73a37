/** Who is in a vault, in SQLite. */

import type { Principal } from '@perdure/contract';
import { decideAddVaultMember, decideRemoveVaultMember, type VaultMemberFacts } from '../../core/vault/decide-vault.ts';
import { decideEndLeases } from '../../core/vault/decide-lease.ts';
import type { VaultStore } from '../../core/vault/ports.ts';
import type { VaultMemberRecord } from '../../core/vault/records.ts';
import { readPage } from '../page.ts';
import type { VaultTools } from './tools.ts';

type MemberPart = 'members' | 'addMember' | 'removeMember';

export function vaultMembersOf({ vaults, principals, leases, write, read }: VaultTools): Pick<VaultStore, MemberPart> {
  const factsOf = (
    by: Principal,
    { vaultId, principalId }: { readonly vaultId: string; readonly principalId: string },
  ): VaultMemberFacts => ({
    vaultId,
    principalId,
    standing: vaults.standing(vaultId, by.id),
    principal: principals.get(principalId),
    member: vaults.member(vaultId, principalId),
    owners: vaults.owners(vaultId),
  });

  return {
    members: (vaultId, page) =>
      read(() =>
        readPage(
          page,
          (handle, limit) => vaults.membersAfter(vaultId, handle, limit),
          ({ principal }) => principal.handle,
        ),
      ),
    addMember: (by, { vaultId, principalId, role, now }) =>
      write(() => {
        const decision = decideAddVaultMember(by, role, factsOf(by, { vaultId, principalId }));
        if (decision.kind === 'refused') return decision;
        vaults.join(vaultId, principalId, { role, now });
        vaults.audit({ vaultId, at: now, action: 'member.added', actorId: by.id, principalId, role });
        return { kind: 'member', member: vaults.member(vaultId, principalId) as VaultMemberRecord } as const;
      }),
    removeMember: (by, { vaultId, principalId, now }) =>
      write(() => {
        const facts = factsOf(by, { vaultId, principalId });
        const decision = decideRemoveVaultMember(by, facts);
        if (decision.kind === 'refused') return decision;
        takeOut({ vaults, leases }, by, { vaultId, principalId, now });
        return { kind: 'member', member: facts.member as VaultMemberRecord } as const;
      }),
  };
}

/** With an end to the leases that they have. Inside of a transaction that the caller holds. */
export function takeOut(
  { vaults, leases }: Pick<VaultTools, 'vaults' | 'leases'>,
  by: Principal,
  { vaultId, principalId, now }: { readonly vaultId: string; readonly principalId: string; readonly now: number },
): void {
  vaults.leave(vaultId, principalId);
  vaults.audit({ vaultId, at: now, action: 'member.removed', actorId: by.id, principalId });
  for (const lease of decideEndLeases(leases.open(vaultId, principalId, now), { by: by.id, now })) {
    leases.decide(lease);
    const { id: leaseId, itemId } = lease;
    vaults.audit({ vaultId, at: now, action: 'lease.revoked', actorId: by.id, itemId, leaseId });
  }
}
