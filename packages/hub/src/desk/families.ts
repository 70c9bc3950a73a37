/** Families, and how their members are. Whoever is concerned is told once it is committed. */

import { compact, type Family, type FamilyHealth, type Principal } from '@perdure/contract';
import { decideOnFamily, type ChangeFamily, type NewFamily } from '../core/family/decide-family.ts';
import type { NewHealth } from '../core/family/ports.ts';
import { familyHealthView, familyView } from '../core/family/view.ts';
import { may } from '../core/may.ts';
import type { PageRequest } from '../core/ports.ts';
import type { Refusal } from '../core/refusal.ts';
import type { HubDeps, PageOutcome } from './deps.ts';
import { takeSend } from './take-send.ts';

type FamilyAnswer = { readonly kind: 'family'; readonly family: Family } | Refusal;

export async function createFamily(
  { store, publish, newId, clock }: Pick<HubDeps, 'store' | 'publish' | 'newId' | 'clock'>,
  by: Principal,
  made: Omit<NewFamily, 'id' | 'now'>,
): Promise<FamilyAnswer> {
  const outcome = await store.families.create(by, { ...made, id: newId(), now: clock() });
  if (outcome.kind === 'refused') return outcome;
  const family = familyView(outcome.seen);
  publish({ kind: 'family-changed', family });
  return { kind: 'family', family };
}

export async function changeFamily(
  { store, publish, clock }: Pick<HubDeps, 'store' | 'publish' | 'clock'>,
  by: Principal,
  change: Omit<ChangeFamily, 'now'>,
): Promise<FamilyAnswer> {
  const outcome = await store.families.change(by, { ...change, now: clock() });
  if (outcome.kind === 'refused') return outcome;
  const family = familyView(outcome.seen);
  publish({ kind: 'family-changed', family });
  return { kind: 'family', family };
}

export async function showFamily(
  { store }: Pick<HubDeps, 'store'>,
  by: Principal,
  familyId: string,
): Promise<FamilyAnswer> {
  const seen = await store.families.get(by, familyId);
  const decision = decideOnFamily(by, 'family.read', { standing: seen, familyId });
  if (decision.kind === 'refused') return decision;
  return { kind: 'family', family: familyView({ ...seen, ...decision.standing }) };
}

export async function listFamilies(
  { store }: Pick<HubDeps, 'store'>,
  by: Principal,
  page: PageRequest,
): Promise<PageOutcome<Family>> {
  const isAll = may(by, 'families.listAll');
  const { data, next } = await store.families.list(by, { ...page, isAll });
  return { kind: 'page', data: data.map(familyView), ...compact({ next }) };
}

export type HealthReport = Omit<NewHealth, 'isConnected' | 'now' | 'takenAt'> & {
  /** Milliseconds since the epoch; default: now. */
  readonly takenAt: number | undefined;
};

export async function reportFamilyHealth(
  deps: Pick<HubDeps, 'store' | 'sends' | 'clock' | 'isConnected'>,
  by: Principal,
  report: HealthReport,
): Promise<{ readonly kind: 'health'; readonly health: FamilyHealth } | Refusal> {
  const tooFast = takeSend(deps, by);
  if (tooFast !== undefined) return tooFast;
  const { store, clock, isConnected } = deps;
  const now = clock();
  const outcome = await store.families.reportHealth(by, {
    ...report,
    takenAt: report.takenAt ?? now,
    isConnected,
    now,
  });
  return outcome.kind === 'refused' ? outcome : { kind: 'health', health: familyHealthView(outcome.health) };
}

export async function listFamilyHealth(
  deps: Pick<HubDeps, 'store'>,
  by: Principal,
  { familyId, ...page }: PageRequest & { readonly familyId: string },
): Promise<PageOutcome<FamilyHealth>> {
  const shown = await showFamily(deps, by, familyId);
  if (shown.kind === 'refused') return shown;
  const { data, next } = await deps.store.families.health(familyId, page);
  return { kind: 'page', data: data.map(familyHealthView), ...compact({ next }) };
}
