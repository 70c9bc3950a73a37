/**
 * What tools and model servers are lent, in SQLite: decided, opened and written down in one transaction (V1, V4), as
 * leases of who granted it.
 */

import { granteeText, type Grantee } from '@perdure/contract';
import type { Refusal } from '../../core/refusal.ts';
import { decideLend, type Granted, type LentPart } from '../../core/vault/decide-lend.ts';
import type { LendCommand, LendOutcome, LentValue, VaultStore } from '../../core/vault/ports.ts';
import type { LeaseRecord } from '../../core/vault/records.ts';
import type { VaultTools } from './tools.ts';

type LendingPart = 'lend' | 'endLends' | 'lendProblem';

export function lendingOf(tools: VaultTools): Pick<VaultStore, LendingPart> {
  const { vaults, leases, keys, write, read } = tools;
  const end = ({ id, principalId, vaultId, itemId, grantee = '' }: LeaseRecord, now: number): void => {
    const lease = leases.get(id);
    // What has ended by itself, or was taken back by somebody, stays as it is written down.
    if (lease?.decision !== 'approved' || (lease.expiresAt ?? 0) <= now) return;
    leases.decide({ ...lease, decision: 'revoked', decidedBy: principalId, decidedAt: now });
    vaults.audit({ vaultId, at: now, action: 'lease.revoked', actorId: principalId, itemId, leaseId: id, grantee });
  };
  return {
    lend: (command) =>
      write(() => {
        const decision = decideLend(command, grantedTo(command.grantee, tools));
        return decision.kind === 'refused' ? decision : lendParts(decision.parts, command, tools);
      }),
    endLends: (leaseIds, now) =>
      write(() => {
        const lent = leaseIds === undefined ? leases.lent(now) : leaseIds.flatMap((id) => leases.get(id) ?? []);
        for (const lease of lent) if (lease.grantee !== undefined) end(lease, now);
      }),
    lendProblem: (request) =>
      read(() => {
        const decision = decideLend(request, grantedTo(request.grantee, tools));
        return decision.kind === 'refused' ? decision : keys.sealed();
      }),
  };
}

function grantedTo(grantee: Grantee, { vaults, items, grants, principals }: VaultTools): readonly Granted[] {
  return grants.to(grantee).flatMap((grant) => {
    const item = items.get(grant.itemId);
    if (item === undefined) return [];
    const granter = principals.get(grant.grantedBy);
    return [{ grant, item, granter, standing: vaults.standing(item.vaultId, grant.grantedBy) }];
  });
}

/** Everything is opened before anything is written: what is refused leaves no lease behind. */
function lendParts(parts: readonly LentPart[], command: LendCommand, tools: VaultTools): LendOutcome {
  const opened = new Map<string, Readonly<Record<string, string>>>();
  for (const { item, grant } of parts) {
    if (opened.has(item.id)) continue;
    const fields = tools.keys.open(item, tools.items.newestVersion(item.id));
    if (fields.kind === 'refused') return damageTold(fields, { item, grant }, { command, tools });
    opened.set(item.id, fields.fields);
  }
  const lent = new Map(parts.map((part) => [part.item.id, part]));
  const leaseIds = [...lent.values()].map((part) => writeLease(part, command, tools));
  const values = parts.map(({ name, field, item }): LentValue => {
    const type = item.fields.find(({ key }) => key === field)?.type;
    return { name, value: opened.get(item.id)?.[field] ?? '', isOpen: type !== 'secret' && type !== 'pem' };
  });
  return { kind: 'lent', values, leaseIds };
}

interface Lending {
  readonly command: LendCommand;
  readonly tools: VaultTools;
}

function damageTold(
  refusal: Refusal,
  { item, grant }: Pick<LentPart, 'item' | 'grant'>,
  { command, tools }: Lending,
): Refusal {
  if (refusal.code !== 'storage_corrupt') return refusal;
  const { id: itemId, vaultId } = item;
  const done = { vaultId, at: command.now, actorId: grant.grantedBy, itemId, grantee: granteeText(command.grantee) };
  tools.vaults.audit({ ...done, action: 'item.damaged' });
  return refusal;
}

function writeLease({ item, grant }: LentPart, command: LendCommand, { vaults, leases }: VaultTools): string {
  const { now, ttlMs, reason } = command;
  const { id: itemId, vaultId, version } = item;
  const [id, principalId, grantee] = [command.newId(), grant.grantedBy, granteeText(command.grantee)];
  const asked = { id, vaultId, itemId, principalId, reason, ttlMs, requestedAt: now, uses: 0, grantee };
  const done = { vaultId, at: now, actorId: principalId, itemId, leaseId: id, grantee };
  leases.insert(asked);
  vaults.audit({ ...done, action: 'lease.requested' });
  leases.decide({ ...asked, decision: 'approved', decidedBy: principalId, decidedAt: now, expiresAt: now + ttlMs });
  vaults.audit({ ...done, action: 'lease.approved' });
  leases.use(id, now);
  vaults.audit({ ...done, action: 'lease.used', version });
  return id;
}
