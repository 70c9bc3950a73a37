/** People and agents, for the owner. */

import { compact, type Principal, type PrincipalKind } from '@perdure/contract';
import { decideOnPrincipal, ownerOnly } from '../core/decide-principal.ts';
import { may } from '../core/may.ts';
import type { Page, PageRequest, PrincipalOutcome } from '../core/ports.ts';
import type { Refusal } from '../core/refusal.ts';
import type { HubDeps } from './deps.ts';

export async function createPrincipal(
  { store, newId, clock }: Pick<HubDeps, 'store' | 'newId' | 'clock'>,
  by: Principal,
  made: { readonly kind: PrincipalKind; readonly handle: string; readonly displayName?: string | undefined },
): Promise<PrincipalOutcome> {
  const { kind, handle, displayName = handle } = made;
  return await store.principals.create(by, { id: newId(), kind, handle, displayName, now: clock() });
}

export async function showPrincipal(
  { store }: Pick<HubDeps, 'store'>,
  by: Principal,
  principalId: string,
): Promise<PrincipalOutcome> {
  const found = decideOnPrincipal(by, principalId, { principal: await store.principals.get(principalId) });
  return found.kind === 'refused' ? found : { kind: 'principal', principal: found.principal };
}

export async function listPrincipals(
  { store }: Pick<HubDeps, 'store'>,
  by: Principal,
  page: PageRequest,
): Promise<({ readonly kind: 'page' } & Page<Principal>) | Refusal> {
  if (!may(by, 'principals.manage')) return ownerOnly;
  const { data, next } = await store.principals.list(page);
  return { kind: 'page', data, ...compact({ next }) };
}

export async function renamePrincipal(
  { store }: Pick<HubDeps, 'store'>,
  by: Principal,
  changed: { readonly principalId: string; readonly displayName: string },
): Promise<PrincipalOutcome> {
  return await store.principals.rename(by, changed);
}
