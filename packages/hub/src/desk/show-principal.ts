/** One principal, for the owner. */

import type { Principal } from '@perdure/contract';
import { decideOnPrincipal } from '../core/decide-principal.ts';
import type { PrincipalOutcome } from '../core/ports.ts';
import type { HubDeps } from './deps.ts';

export async function showPrincipal(
  { store }: Pick<HubDeps, 'store'>,
  by: Principal,
  principalId: string,
): Promise<PrincipalOutcome> {
  const found = decideOnPrincipal(by, principalId, { principal: await store.principals.get(principalId) });
  return found.kind === 'refused' ? found : { kind: 'principal', principal: found.principal };
}
