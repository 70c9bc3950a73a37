/** What lies in a vault. */

import type { Principal } from '@perdure/contract';
import { refuse, type Refusal } from '../refusal.ts';
import { allowed, vaultRefusal, type Allowed } from './decide-vault.ts';
import type { ItemRecord, PlainField, VaultStanding } from './records.ts';
import type { VaultRight } from './roles.ts';

export const noSuchItem = (itemId: string): Refusal =>
  refuse('not_found', `There is no item ${itemId} in a vault that you are in; list the items of the vault.`);

/** Characters of a long value that are shown, to know it again by; of a short one they would be too much. */
const shownCharacters = 4;
const longCharacters = 20;
const mask = '••••';

export function hintOf(value: string): string {
  const points = Array.from(value);
  const shown = points.length < longCharacters ? '' : points.slice(-shownCharacters).join('');
  // Nothing that could break a line or a terminal.
  return /^[\p{L}\p{N}\p{P}\p{S}]*$/u.test(shown) ? `${mask}${shown}` : mask;
}

export interface NewItem {
  readonly id: string;
  readonly vaultId: string;
  readonly name: string;
  readonly type: string;
  readonly needsApproval: boolean;
  readonly fields: readonly PlainField[];
  /** Put in by somebody who is not shown what is there. */
  readonly isDrop: boolean;
  readonly now: number;
}

export function decideNewItem(
  actor: Principal,
  { vaultId, name, isDrop }: Pick<NewItem, 'vaultId' | 'name' | 'isDrop'>,
  { standing, isTaken }: { readonly standing: VaultStanding | undefined; readonly isTaken: boolean },
): Allowed {
  const refusal = vaultRefusal(actor, isDrop ? 'item.drop' : 'item.write', { standing, vaultId });
  if (refusal !== undefined) return refusal;
  if (isTaken) return refuse('conflict', `This vault has an item "${name}" already; choose another name.`);
  return allowed;
}

/** To look at an item, to rotate it, to remove it. To whom its vault is not shown it does not exist either. */
export function decideOnItem(
  actor: Principal,
  right: VaultRight,
  {
    itemId,
    item,
    standing,
  }: {
    readonly itemId: string;
    readonly item: ItemRecord | undefined;
    readonly standing: VaultStanding | undefined;
  },
): { readonly kind: 'allowed'; readonly item: ItemRecord } | Refusal {
  if (item === undefined) return noSuchItem(itemId);
  const refusal = vaultRefusal(actor, right, { standing, vaultId: item.vaultId });
  if (refusal !== undefined) return refusal.code === 'not_found' ? noSuchItem(itemId) : refusal;
  return { kind: 'allowed', item };
}
