/** Leases: asked for with a reason, agreed to, used. */

import type { LeaseDecision, Principal, VaultLease } from '@perdure/contract';
import type { Page, PageRequest } from '../core/ports.ts';
import type { Refusal } from '../core/refusal.ts';
import type { LeaseOutcome, OpenedItem } from '../core/vault/ports.ts';
import { leaseView } from '../core/vault/view.ts';
import type { VaultDeps } from './vault-deps.ts';

type LeaseAnswer = { readonly kind: 'lease'; readonly lease: VaultLease } | Refusal;

export async function requestLease(
  { vaults, newId, clock }: VaultDeps,
  by: Principal,
  made: { readonly itemId: string; readonly reason: string; readonly ttlSeconds: number },
): Promise<LeaseAnswer> {
  const { itemId, reason, ttlSeconds } = made;
  const now = clock();
  return shown(await vaults.requestLease(by, { id: newId(), itemId, reason, ttlMs: ttlSeconds * 1000, now }), now);
}

export async function showLease({ vaults, clock }: VaultDeps, by: Principal, leaseId: string): Promise<LeaseAnswer> {
  return shown(await vaults.lease(by, leaseId), clock());
}

export async function listLeases(
  { vaults, clock }: VaultDeps,
  by: Principal,
  request: PageRequest,
): Promise<{ readonly kind: 'page' } & Page<VaultLease>> {
  const { data, ...more } = await vaults.leases(by, request);
  const now = clock();
  return { kind: 'page', data: data.map((lease) => leaseView(lease, now)), ...more };
}

export async function decideLease(
  { vaults, clock }: VaultDeps,
  by: Principal,
  change: { readonly leaseId: string; readonly to: LeaseDecision },
): Promise<LeaseAnswer> {
  const now = clock();
  return shown(await vaults.decideLease(by, { ...change, now }), now);
}

/** The values; that they were given is on disk before they are answered. */
export async function useLease(
  { vaults, clock }: VaultDeps,
  by: Principal,
  leaseId: string,
): Promise<({ readonly kind: 'opened' } & OpenedItem) | Refusal> {
  return await vaults.useLease(by, { leaseId, now: clock() });
}

function shown(outcome: LeaseOutcome, now: number): LeaseAnswer {
  return outcome.kind === 'refused' ? outcome : { kind: 'lease', lease: leaseView(outcome.lease, now) };
}
