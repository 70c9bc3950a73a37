/** Who is in the hub, by handle, for the owner. */

import { compact, type Principal } from '@perdure/contract';
import { ownerOnly } from '../core/decide-principal.ts';
import { may } from '../core/may.ts';
import type { PageRequest } from '../core/ports.ts';
import type { HubDeps, PageOutcome } from './deps.ts';

export async function listPrincipals(
  { store }: Pick<HubDeps, 'store'>,
  by: Principal,
  page: PageRequest,
): Promise<PageOutcome<Principal>> {
  if (!may(by, 'principals.manage')) return ownerOnly;
  const { data, next } = await store.principals.list(page);
  return { kind: 'page', data, ...compact({ next }) };
}
