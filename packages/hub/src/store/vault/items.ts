/** Items in SQLite: what they hold is sealed inside of the transaction that writes it. */

import type { Principal } from '@perdure/contract';
import { decideNewItem, decideOnItem } from '../../core/vault/decide-item.ts';
import type { ItemOutcome, VaultStore } from '../../core/vault/ports.ts';
import type { ItemRecord } from '../../core/vault/records.ts';
import type { VaultRight } from '../../core/vault/roles.ts';
import { readPage } from '../page.ts';
import type { VaultTools } from './tools.ts';

type ItemPart = 'items' | 'item' | 'putItem' | 'rotateItem' | 'removeItem';

export function itemsOf({ vaults, items, grants, keys, write, read }: VaultTools): Pick<VaultStore, ItemPart> {
  const decide = (by: Principal, right: VaultRight, itemId: string) => {
    const item = items.get(itemId);
    const standing = item && vaults.standing(item.vaultId, by.id);
    return decideOnItem(by, right, { itemId, item, standing });
  };
  /** Written above. */
  const written = (itemId: string): ItemOutcome => ({ kind: 'item', item: items.get(itemId) as ItemRecord });

  return {
    items: (vaultId, { q, type, ...page }) =>
      read(() =>
        readPage(
          page,
          (cursor, limit) => items.after(vaultId, { q, type, cursor, limit }),
          ({ name }) => name,
        ),
      ),
    item: (by, itemId) =>
      read(() => {
        const decision = decide(by, 'vault.read', itemId);
        return decision.kind === 'refused' ? decision : { kind: 'item', item: decision.item };
      }),
    putItem: (by, made) =>
      write(() => {
        const { id, vaultId, name, isDrop, fields, now } = made;
        const facts = { standing: vaults.standing(vaultId, by.id), isTaken: items.isTaken(vaultId, name) };
        const decision = decideNewItem(by, made, facts);
        if (decision.kind === 'refused') return decision;
        const sealed = keys.seal({ vaultId, itemId: id, version: 1 }, fields);
        if (sealed.kind === 'refused') return sealed;
        items.insert(made, by.id);
        items.setFields(id, sealed.fields);
        const action = isDrop ? 'item.dropped' : 'item.created';
        vaults.audit({ vaultId, at: now, action, actorId: by.id, itemId: id, version: 1 });
        return written(id);
      }),
    rotateItem: (by, { itemId, fields, now }) =>
      write(() => {
        const decision = decide(by, 'item.write', itemId);
        if (decision.kind === 'refused') return decision;
        const { vaultId } = decision.item;
        const version = Math.max(decision.item.version, items.newestVersion(itemId)) + 1;
        const sealed = keys.seal({ vaultId, itemId, version }, fields);
        if (sealed.kind === 'refused') return sealed;
        items.setVersion(itemId, version, now);
        items.setFields(itemId, sealed.fields);
        vaults.audit({ vaultId, at: now, action: 'item.rotated', actorId: by.id, itemId, version });
        return written(itemId);
      }),
    removeItem: (by, { itemId, now }) =>
      write(() => {
        const decision = decide(by, 'item.delete', itemId);
        if (decision.kind === 'refused') return decision;
        const { item } = decision;
        const { vaultId, version } = item;
        // Before it is gone, for its name.
        vaults.audit({ vaultId, at: now, action: 'item.deleted', actorId: by.id, itemId, version });
        items.remove(itemId);
        grants.removeOf(itemId);
        return { kind: 'item', item } as const;
      }),
  };
}
