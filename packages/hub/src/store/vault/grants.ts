/** Grants in SQLite. */

import { granteeText } from '@perdure/contract';
import { decideEndGrant, decideGrant } from '../../core/vault/decide-grant.ts';
import type { VaultStore } from '../../core/vault/ports.ts';
import { readPage } from '../page.ts';
import type { VaultTools } from './tools.ts';

type GrantPart = 'grant' | 'endGrant' | 'grants';

export function grantsOf({ vaults, items, grants, write, read }: VaultTools): Pick<VaultStore, GrantPart> {
  return {
    grant: (by, made) =>
      write(() => {
        const item = items.get(made.itemId);
        const decision = decideGrant(by, made, { item, standing: item && vaults.standing(item.vaultId, by.id) });
        if (decision.kind === 'refused') return decision;
        const grant = grants.put(decision.grant);
        const { vaultId, itemId, grantee } = grant;
        const done = { vaultId, at: made.now, actorId: by.id, itemId, grantee: granteeText(grantee) };
        vaults.audit({ ...done, action: 'grant.made' });
        return { kind: 'grant', grant } as const;
      }),
    endGrant: (by, { grantId, now }) =>
      write(() => {
        const grant = grants.get(grantId);
        const decision = decideEndGrant(by, grantId, {
          grant,
          standing: grant && vaults.standing(grant.vaultId, by.id),
        });
        if (decision.kind === 'refused') return decision;
        const { vaultId, itemId, grantee } = decision.grant;
        grants.remove(grantId);
        const done = { vaultId, at: now, actorId: by.id, itemId, grantee: granteeText(grantee) };
        vaults.audit({ ...done, action: 'grant.ended' });
        return { kind: 'grant', grant: decision.grant } as const;
      }),
    grants: (by, page) =>
      read(() =>
        readPage(
          page,
          (cursor, limit) => grants.before(by.id, { isAll: by.isOwner, cursor, limit }),
          ({ id }) => id,
        ),
      ),
  };
}
