/** Leases in SQLite: a value is opened inside of the transaction that writes down who was given it (V1). */

import type { Principal } from '@perdure/contract';
import {
  decideOnLease,
  decideRequestLease,
  decideSeeLease,
  decideUseLease,
  type LeaseFacts,
  type NewLease,
} from '../../core/vault/decide-lease.ts';
import type { LeaseOutcome, UseLeaseOutcome, VaultStore } from '../../core/vault/ports.ts';
import type { LeaseRecord } from '../../core/vault/records.ts';
import { readPage } from '../page.ts';
import type { VaultTools } from './tools.ts';

type LeasePart = 'requestLease' | 'lease' | 'leases' | 'decideLease' | 'useLease';

export function leasesOf(tools: VaultTools): Pick<VaultStore, LeasePart> {
  const { vaults, leases, write, read } = tools;
  const factsOf = (by: Principal, leaseId: string): LeaseFacts => leaseFacts(tools, by, leaseId);

  return {
    requestLease: (by, made) => write(() => requestLease(tools, by, made)),
    lease: (by, leaseId) =>
      read(() => {
        const decision = decideSeeLease(by, factsOf(by, leaseId));
        return decision.kind === 'refused' ? decision : { kind: 'lease', lease: decision.lease };
      }),
    leases: (by, page) =>
      read(() =>
        readPage(
          page,
          (cursor, limit) => leases.before(by.id, { isAll: by.isOwner, cursor, limit }),
          ({ id }) => id,
        ),
      ),
    decideLease: (by, { leaseId, to, now }) =>
      write(() => {
        const decision = decideOnLease(by, { to, now }, factsOf(by, leaseId));
        if (decision.kind === 'refused') return decision;
        const { vaultId, itemId } = decision.lease;
        if (decision.kind === 'decided') {
          leases.decide(decision.lease);
          vaults.audit({ vaultId, at: now, action: `lease.${to}`, actorId: by.id, itemId, leaseId });
        }
        return writtenLease(tools, leaseId);
      }),
    useLease: (by, of) => write(() => useLease(tools, by, of)),
  };
}

function leaseFacts({ vaults, items, leases }: VaultTools, by: Principal, leaseId: string): LeaseFacts {
  const lease = leases.get(leaseId);
  const standing = lease && vaults.standing(lease.vaultId, by.id);
  return { leaseId, lease, standing, item: lease && items.get(lease.itemId) };
}

/** Written by whoever asks. */
const writtenLease = ({ leases }: VaultTools, leaseId: string): LeaseOutcome => ({
  kind: 'lease',
  lease: leases.get(leaseId) as LeaseRecord,
});

/** Inside of a transaction that the caller holds. */
export function requestLease(tools: VaultTools, by: Principal, made: NewLease): LeaseOutcome {
  const { vaults, items, leases } = tools;
  const item = items.get(made.itemId);
  const decision = decideRequestLease(by, made, { item, standing: item && vaults.standing(item.vaultId, by.id) });
  if (decision.kind === 'refused') return decision;
  const { lease } = decision;
  const { id: leaseId, vaultId, itemId } = lease;
  const done = { vaultId, at: made.now, actorId: by.id, itemId, leaseId };
  leases.insert(lease);
  vaults.audit({ ...done, action: 'lease.requested' });
  if (decision.kind === 'granted') {
    leases.decide(lease);
    vaults.audit({ ...done, action: 'lease.approved' });
  }
  return writtenLease(tools, leaseId);
}

/** Inside of a transaction that the caller holds: where that cannot be committed nothing was given (V1). */
export function useLease(
  tools: VaultTools,
  by: Principal,
  { leaseId, now }: { readonly leaseId: string; readonly now: number },
): UseLeaseOutcome {
  const { vaults, items, leases, keys } = tools;
  const decision = decideUseLease(by, now, leaseFacts(tools, by, leaseId));
  if (decision.kind === 'refused') return decision;
  const { id: itemId, vaultId, version } = decision.item;
  const done = { vaultId, at: now, actorId: by.id, itemId, leaseId };
  const opened = keys.open(decision.item, items.newestVersion(itemId));
  if (opened.kind === 'refused') {
    if (opened.code === 'storage_corrupt') vaults.audit({ ...done, action: 'item.damaged' });
    return opened;
  }
  leases.use(leaseId, now);
  vaults.audit({ ...done, action: 'lease.used', version });
  return { kind: 'opened', leaseId, itemId, version, fields: opened.fields };
}
