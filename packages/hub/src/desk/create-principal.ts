/** A new person or agent, made by the owner. It has no key yet. */

import type { Principal, PrincipalKind } from '@perdure/contract';
import type { PrincipalOutcome } from '../core/ports.ts';
import type { HubDeps } from './deps.ts';

export interface CreatePrincipalRequest {
  readonly kind: PrincipalKind;
  readonly handle: string;
  /** Default: the handle. */
  readonly displayName?: string | undefined;
}

export async function createPrincipal(
  { store, newId, clock }: Pick<HubDeps, 'store' | 'newId' | 'clock'>,
  by: Principal,
  { kind, handle, displayName = handle }: CreatePrincipalRequest,
): Promise<PrincipalOutcome> {
  return await store.principals.create(by, { id: newId(), kind, handle, displayName, now: clock() });
}
