/** Another display name; the handle stays. */

import type { Principal } from '@perdure/contract';
import type { PrincipalOutcome } from '../core/ports.ts';
import type { HubDeps } from './deps.ts';

export async function renamePrincipal(
  { store, clock }: Pick<HubDeps, 'store' | 'clock'>,
  by: Principal,
  changed: { readonly principalId: string; readonly displayName: string },
): Promise<PrincipalOutcome> {
  return await store.principals.rename(by, { ...changed, now: clock() });
}
