/**
 * Leases.
 *
 * V2 A value is given to whose lease it is, while the lease lasts and they are in the vault; to nobody else, and on no
 *    other way.
 */

import type { LeaseDecision, LeaseStatus, Principal } from '@perdure/contract';
import { refuse, type Refusal } from '../refusal.ts';
import { decideOnItem } from './decide-item.ts';
import type { ItemRecord, LeaseRecord, VaultStanding } from './records.ts';
import { leastRole, mayInVault } from './roles.ts';

/** A request that nobody answers within a day has lapsed. */
const pendingMs = 86_400_000;

/** A lease that is yet to be granted, by a clock that was set back since, has ended: else it would live again. */
export function leaseStatus(lease: LeaseRecord, now: number): LeaseStatus {
  const { decision, requestedAt, decidedAt = 0, lastUsedAt = 0, expiresAt = 0 } = lease;
  if (decision === undefined) return now < requestedAt + pendingMs ? 'pending' : 'expired';
  if (decision !== 'approved') return decision;
  return now >= decidedAt && now >= lastUsedAt && now < expiresAt ? 'active' : 'expired';
}

/** Of who is taken out: they get none of them back by being taken in again. */
export function decideEndLeases(
  leases: readonly LeaseRecord[],
  { by, now }: { readonly by: string; readonly now: number },
): readonly LeaseRecord[] {
  return leases
    .filter(({ decision }) => decision === undefined || decision === 'approved')
    .map((lease) => decided(lease, 'revoked', { by, now }));
}

export interface NewLease {
  readonly id: string;
  readonly itemId: string;
  readonly reason: string;
  readonly ttlMs: number;
  readonly now: number;
}

interface ItemFacts {
  readonly item: ItemRecord | undefined;
  readonly standing: VaultStanding | undefined;
}

/** `granted`: nobody needs to agree, as for whoever could agree themselves. */
export function decideRequestLease(
  actor: Principal,
  { id, itemId, reason, ttlMs, now }: NewLease,
  facts: ItemFacts,
): { readonly kind: 'granted' | 'pending'; readonly lease: LeaseRecord } | Refusal {
  const decision = decideOnItem(actor, 'lease.request', { itemId, ...facts });
  if (decision.kind === 'refused') return decision;
  const { item } = decision;
  const { vaultId } = item;
  const asked = { id, vaultId, itemId, principalId: actor.id, reason, ttlMs, requestedAt: now, uses: 0 };
  if (item.needsApproval && !mayInVault(actor, 'lease.decide', facts.standing?.role)) {
    return { kind: 'pending', lease: asked };
  }
  return { kind: 'granted', lease: decided(asked, 'approved', { by: actor.id, now }) };
}

export const noSuchLease = (leaseId: string): Refusal =>
  refuse('not_found', `There is no lease ${leaseId} that is yours to see; \`GET /api/v1/vault/leases\` lists those.`);

export interface LeaseFacts extends ItemFacts {
  readonly leaseId: string;
  readonly lease: LeaseRecord | undefined;
}

/** Whose it is, and who decides on it. */
export function decideSeeLease(
  actor: Principal,
  { leaseId, lease, standing }: Omit<LeaseFacts, 'item'>,
): { readonly kind: 'allowed'; readonly lease: LeaseRecord } | Refusal {
  const isSeen = lease?.principalId === actor.id || mayInVault(actor, 'lease.decide', standing?.role);
  return lease === undefined || !isSeen ? noSuchLease(leaseId) : { kind: 'allowed', lease };
}

export function decideOnLease(
  actor: Principal,
  { to, now }: { readonly to: LeaseDecision; readonly now: number },
  facts: Omit<LeaseFacts, 'item'>,
): { readonly kind: 'decided' | 'same'; readonly lease: LeaseRecord } | Refusal {
  const seen = decideSeeLease(actor, facts);
  if (seen.kind === 'refused') return seen;
  const { lease } = seen;
  const isOwn = lease.principalId === actor.id;
  if (!mayInVault(actor, 'lease.decide', facts.standing?.role) && !(isOwn && to === 'revoked')) {
    return refuse('forbidden', `This is for ${leastRole('lease.decide')}; ask somebody who is one.`);
  }
  const status = leaseStatus(lease, now);
  if (lease.decision === to) return { kind: 'same', lease };
  if (to === 'revoked' ? status !== 'active' && status !== 'pending' : status !== 'pending') {
    return refuse('conflict', `This lease is ${status}, so it cannot be ${to}; request another one.`, { status });
  }
  return { kind: 'decided', lease: decided(lease, to, { by: actor.id, now }) };
}

function decided(
  lease: LeaseRecord,
  decision: LeaseDecision,
  { by, now }: { readonly by: string; readonly now: number },
): LeaseRecord {
  const whole = { ...lease, decision, decidedBy: by, decidedAt: now };
  return decision === 'approved' ? { ...whole, expiresAt: now + lease.ttlMs } : whole;
}

export function decideUseLease(
  actor: Principal,
  now: number,
  { leaseId, lease, item, standing }: LeaseFacts,
): { readonly kind: 'allowed'; readonly lease: LeaseRecord; readonly item: ItemRecord } | Refusal {
  if (lease === undefined || lease.principalId !== actor.id) return noSuchLease(leaseId);
  const still = decideOnItem(actor, 'lease.request', { itemId: lease.itemId, item, standing });
  if (still.kind === 'refused') return still;
  const status = leaseStatus(lease, now);
  if (status === 'active') return { kind: 'allowed', lease, item: still.item };
  const next =
    status === 'pending' ? `wait until ${leastRole('lease.decide')} has agreed` : 'request another one and say why';
  return refuse('conflict', `This lease is ${status}, so nothing is given; ${next}.`, { status });
}
