/** One principal, for the owner and for the lead of its family. */

import type { Principal } from '@perdure/contract';
import { decideOnPrincipal } from '../core/decide-principal.ts';
import type { PrincipalOutcome } from '../core/ports.ts';
import type { HubDeps } from './deps.ts';

export async function showPrincipal(
  { store }: Pick<HubDeps, 'store'>,
  by: Principal,
  principalId: string,
): Promise<PrincipalOutcome> {
  const [principal, membership] = await Promise.all([
    store.principals.get(principalId),
    store.families.membership(principalId),
  ]);
  const found = decideOnPrincipal(by, 'principals.read', { principalId, principal, membership });
  return found.kind === 'refused' ? found : { kind: 'principal', principal: found.principal };
}
