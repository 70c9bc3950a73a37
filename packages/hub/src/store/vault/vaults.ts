/** Vaults in SQLite. */

import { decideOnVault } from '../../core/vault/decide-vault.ts';
import type { OfVault, VaultStore } from '../../core/vault/ports.ts';
import type { VaultStanding } from '../../core/vault/records.ts';
import type { Principal } from '@perdure/contract';
import { readPage } from '../page.ts';
import type { VaultTools } from './tools.ts';

type VaultPart = 'create' | 'get' | 'list' | 'remove' | 'rekey' | 'audit';

export function vaultsOf({ vaults, items, grants, keys, write, read }: VaultTools): Pick<VaultStore, VaultPart> {
  const decide = (by: Principal, right: 'vault.delete' | 'vault.rekey', { vaultId }: OfVault) =>
    decideOnVault(by, right, { vaultId, standing: vaults.standing(vaultId, by.id) });
  return {
    create: (by, { id, name, description, now }) =>
      write(() => {
        const made = keys.make(id);
        if (made.kind === 'refused') return made;
        vaults.insert({ id, name, description, createdBy: by.id, createdAt: now }, made.kept);
        vaults.join(id, by.id, { role: 'owner', now });
        vaults.audit({ vaultId: id, at: now, action: 'vault.created', actorId: by.id });
        return { kind: 'vault', standing: vaults.standing(id, by.id) as VaultStanding } as const;
      }),
    get: (viewer, vaultId) => read(() => vaults.standing(vaultId, viewer.id)),
    list: (viewer, { isAll, ...page }) =>
      read(() =>
        readPage(
          page,
          (cursor, limit) => vaults.list(viewer.id, { isAll, cursor, limit }),
          ({ vault }) => vault.id,
        ),
      ),
    remove: (by, of) =>
      write(() => {
        const decision = decide(by, 'vault.delete', of);
        if (decision.kind === 'refused') return decision;
        removeVault({ vaults, items, grants }, by, of);
        return { kind: 'vault', standing: decision.standing } as const;
      }),
    rekey: (by, of) =>
      write(() => {
        const decision = decide(by, 'vault.rekey', of);
        if (decision.kind === 'refused') return decision;
        const refusal = keys.rekey(of.vaultId);
        if (refusal !== undefined) return refusal;
        vaults.audit({ vaultId: of.vaultId, at: of.now, action: 'vault.rekeyed', actorId: by.id });
        return { kind: 'vault', standing: decision.standing } as const;
      }),
    audit: (vaultId, page) =>
      read(() =>
        readPage(
          page,
          (cursor, limit) => vaults.auditBefore(vaultId, Number(cursor) || Number.MAX_SAFE_INTEGER, limit),
          ({ seq }) => String(seq),
        ),
      ),
  };
}

/** With its key: what is left of it anywhere opens no more. Inside of a transaction that the caller holds. */
export function removeVault(
  { vaults, items, grants }: Pick<VaultTools, 'vaults' | 'items' | 'grants'>,
  by: Principal,
  { vaultId, now }: OfVault,
): void {
  vaults.audit({ vaultId, at: now, action: 'vault.deleted', actorId: by.id });
  for (const { id } of items.ofVault(vaultId)) {
    items.remove(id);
    grants.removeOf(id);
  }
  vaults.remove(vaultId, now);
}
