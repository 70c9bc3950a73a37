/** The keys of a principal, never the keys themselves. */

import type { ApiKey, Principal } from '@perdure/contract';
import { decideOnPrincipal } from '../core/decide-principal.ts';
import type { Refusal } from '../core/refusal.ts';
import { keyView } from '../core/view.ts';
import type { HubDeps } from './deps.ts';

export async function listKeys(
  { store }: Pick<HubDeps, 'store'>,
  by: Principal,
  principalId: string,
): Promise<{ readonly kind: 'keys'; readonly keys: readonly ApiKey[] } | Refusal> {
  const [principal, membership] = await Promise.all([
    store.principals.get(principalId),
    store.families.membership(principalId),
  ]);
  const found = decideOnPrincipal(by, 'keys.read', { principalId, principal, membership });
  if (found.kind === 'refused') return found;
  return { kind: 'keys', keys: (await store.keys.list(principalId)).map(keyView) };
}
