/** Who managed what in the hub, for the owner. */

import { compact, type AuditEntry, type Principal } from '@perdure/contract';
import { may } from '../core/may.ts';
import type { PageRequest } from '../core/ports.ts';
import { refuse } from '../core/refusal.ts';
import { auditEntryView } from '../core/view.ts';
import type { HubDeps, PageOutcome } from './deps.ts';

export async function listAudit(
  { store }: Pick<HubDeps, 'store'>,
  by: Principal,
  request: PageRequest & { readonly principalId?: string | undefined },
): Promise<PageOutcome<AuditEntry>> {
  if (!may(by, 'audit.read')) return refuse('forbidden', 'Only the owner reads what was managed in the hub; ask them.');
  const { data, next } = await store.audit.list(request);
  return { kind: 'page', data: data.map(auditEntryView), ...compact({ next }) };
}
