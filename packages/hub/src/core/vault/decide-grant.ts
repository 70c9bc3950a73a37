/** Who lets a tool or a model server be given an item, and who takes that back. */

import type { Grantee, Principal } from '@perdure/contract';
import { refuse, type Refusal } from '../refusal.ts';
import { decideOnItem } from './decide-item.ts';
import { vaultRefusal } from './decide-vault.ts';
import type { GrantRecord, ItemRecord, VaultStanding } from './records.ts';

export interface NewGrant {
  readonly id: string;
  readonly itemId: string;
  readonly grantee: Grantee;
  /** What stands behind the name now; undefined: there is no such tool, or model server. */
  readonly fingerprint: string | undefined;
  readonly now: number;
}

/** Who is no admin of the vault is not told which tools there are. */
export function decideGrant(
  actor: Principal,
  { id, itemId, grantee, fingerprint, now }: NewGrant,
  facts: { readonly item: ItemRecord | undefined; readonly standing: VaultStanding | undefined },
): { readonly kind: 'granted'; readonly grant: GrantRecord } | Refusal {
  const decision = decideOnItem(actor, 'item.grant', { itemId, ...facts });
  if (decision.kind === 'refused') return decision;
  if (fingerprint === undefined) return notLoaded(grantee);
  const { vaultId } = decision.item;
  const grant = { id, vaultId, itemId, grantee, fingerprint, grantedBy: actor.id, grantedAt: now };
  return { kind: 'granted', grant };
}

function notLoaded({ kind, name }: Grantee): Refusal {
  const [what, listing] = kind === 'tool' ? ['tool', 'tools list'] : ['model server', 'models list'];
  return refuse(
    'not_found',
    `There is no ${what} "${name}" among those that are loaded; \`perdure ${listing}\` shows them.`,
  );
}

const noSuchGrant = (grantId: string): Refusal =>
  refuse('not_found', `There is no grant ${grantId} that is yours to see; \`GET /api/v1/vault/grants\` lists those.`);

export function decideEndGrant(
  actor: Principal,
  grantId: string,
  { grant, standing }: { readonly grant: GrantRecord | undefined; readonly standing: VaultStanding | undefined },
): { readonly kind: 'allowed'; readonly grant: GrantRecord } | Refusal {
  if (grant === undefined) return noSuchGrant(grantId);
  const refusal = vaultRefusal(actor, 'grant.end', { standing, vaultId: grant.vaultId });
  if (refusal !== undefined) return refusal.code === 'not_found' ? noSuchGrant(grantId) : refusal;
  return { kind: 'allowed', grant };
}
