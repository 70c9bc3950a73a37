/** Leases in SQLite: a value is opened inside of the transaction that writes down who was given it (V1). */

import type { Principal } from '@perdure/contract';
import {
  decideOnLease,
  decideRequestLease,
  decideSeeLease,
  decideUseLease,
  type LeaseFacts,
} from '../../core/vault/decide-lease.ts';
import type { LeaseOutcome, VaultStore } from '../../core/vault/ports.ts';
import type { LeaseRecord } from '../../core/vault/records.ts';
import { readPage } from '../page.ts';
import type { VaultTools } from './tools.ts';

type LeasePart = 'requestLease' | 'lease' | 'leases' | 'decideLease' | 'useLease';

export function leasesOf({ vaults, items, leases, keys, write, read }: VaultTools): Pick<VaultStore, LeasePart> {
  const factsOf = (by: Principal, leaseId: string): LeaseFacts => {
    const lease = leases.get(leaseId);
    const standing = lease && vaults.standing(lease.vaultId, by.id);
    return { leaseId, lease, standing, item: lease && items.get(lease.itemId) };
  };
  /** Written above. */
  const written = (leaseId: string): LeaseOutcome => ({ kind: 'lease', lease: leases.get(leaseId) as LeaseRecord });

  return {
    requestLease: (by, made) =>
      write(() => {
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
        return written(leaseId);
      }),
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
        return written(leaseId);
      }),
    useLease: (by, { leaseId, now }) =>
      write(() => {
        const decision = decideUseLease(by, now, factsOf(by, leaseId));
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
        return { kind: 'opened', leaseId, itemId, version, fields: opened.fields } as const;
      }),
  };
}
