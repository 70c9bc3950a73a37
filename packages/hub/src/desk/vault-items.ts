/** Items of vaults: shown masked, written and rotated whole. */

import type { Principal, VaultItem } from '@perdure/contract';
import type { PageRequest } from '../core/ports.ts';
import type { Refusal } from '../core/refusal.ts';
import type { NewItem } from '../core/vault/decide-item.ts';
import type { ItemFilter, ItemOutcome } from '../core/vault/ports.ts';
import type { PlainField } from '../core/vault/records.ts';
import { itemView } from '../core/vault/view.ts';
import type { PageOutcome } from './deps.ts';
import type { VaultDeps } from './vault-deps.ts';
import { listOf } from './vaults.ts';

type ItemAnswer = { readonly kind: 'item'; readonly item: VaultItem } | Refusal;

export async function listItems(
  deps: VaultDeps,
  by: Principal,
  { vaultId, ...page }: PageRequest & ItemFilter & { readonly vaultId: string },
): Promise<PageOutcome<VaultItem>> {
  return await listOf(deps, by, {
    vaultId,
    right: 'vault.read',
    read: () => deps.vaults.items(vaultId, page),
    view: itemView,
  });
}

export async function showItem({ vaults }: VaultDeps, by: Principal, itemId: string): Promise<ItemAnswer> {
  return shown(await vaults.item(by, itemId));
}

/** `isDrop`: by somebody who need not be let see what is there. */
export async function putItem(
  { vaults, newId, clock }: VaultDeps,
  by: Principal,
  made: Omit<NewItem, 'id' | 'now'>,
): Promise<ItemAnswer> {
  return shown(await vaults.putItem(by, { ...made, id: newId(), now: clock() }));
}

export async function rotateItem(
  { vaults, clock }: VaultDeps,
  by: Principal,
  change: { readonly itemId: string; readonly fields: readonly PlainField[] },
): Promise<ItemAnswer> {
  return shown(await vaults.rotateItem(by, { ...change, now: clock() }));
}

export async function deleteItem({ vaults, clock }: VaultDeps, by: Principal, itemId: string): Promise<ItemAnswer> {
  return shown(await vaults.removeItem(by, { itemId, now: clock() }));
}

function shown(outcome: ItemOutcome): ItemAnswer {
  return outcome.kind === 'refused' ? outcome : { kind: 'item', item: itemView(outcome.item) };
}
