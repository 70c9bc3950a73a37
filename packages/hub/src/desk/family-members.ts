/** Who is in a family. The key of an agent that is made is in the answer and nowhere else. */

import { compact, type FamilyMember, type Principal } from '@perdure/contract';
import { decideOnMember, type ChangeMember, type NewFamilyMember } from '../core/family/decide-member.ts';
import type { FamilyMemberRecord } from '../core/family/records.ts';
import { familyMemberView } from '../core/family/view.ts';
import type { PageRequest } from '../core/ports.ts';
import type { Refusal } from '../core/refusal.ts';
import { hubTaskView } from '../core/tasks/view.ts';
import { newKey } from './create-key.ts';
import type { HubDeps, PageOutcome } from './deps.ts';
import { showFamily } from './families.ts';

export async function addFamilyMember(
  deps: Pick<HubDeps, 'store' | 'publish' | 'isConnected' | 'newId' | 'newSecret' | 'clock'>,
  by: Principal,
  { llmApiKey, ...made }: Omit<NewFamilyMember, 'now'> & { readonly llmApiKey: string | undefined },
): Promise<
  | { readonly kind: 'found'; readonly member: FamilyMember }
  /** `key` absent: one that was there already has its own. `taskId`: of the task of the lead. */
  | { readonly kind: 'added'; readonly member: FamilyMember; readonly key?: string; readonly taskId?: string }
  | Refusal
> {
  const { store, publish, isConnected, newId, clock } = deps;
  const { key, ...kept } = newKey(deps);
  const channels = { dmChannelId: newId(), onboardingChannelId: newId() };
  const task = { id: newId(), vaultId: newId(), itemId: newId() };
  const provisioning = { ids: task, apiKey: key, llmApiKey };
  const ids = { principalId: newId(), ...channels, key: { id: newId(), ...kept }, provisioning };
  const outcome = await store.families.addMember(by, { ...made, ids, now: clock() });
  if (outcome.kind === 'refused') return outcome;
  const member = familyMemberView(outcome.member, isConnected);
  if (outcome.kind === 'found') return { kind: 'found', member };
  publish({ kind: 'member-changed', member });
  if (outcome.task !== undefined) publish({ kind: 'task-changed', task: hubTaskView(outcome.task), activity: [] });
  return { kind: 'added', member, ...(outcome.isNew && { key }), ...compact({ taskId: outcome.task?.task.id }) };
}

type MemberAnswer = { readonly kind: 'member'; readonly member: FamilyMember } | Refusal;

export async function changeFamilyMember(
  { store, publish, isConnected, clock }: Pick<HubDeps, 'store' | 'publish' | 'isConnected' | 'clock'>,
  by: Principal,
  change: Omit<ChangeMember, 'now'>,
): Promise<MemberAnswer> {
  const outcome = await store.families.changeMember(by, { ...change, now: clock() });
  if (outcome.kind === 'refused') return outcome;
  for (const keyId of outcome.revoked) publish({ kind: 'key-revoked', keyId });
  const member = familyMemberView(outcome.member, isConnected);
  if (outcome.kind === 'changed') publish({ kind: 'member-changed', member });
  return { kind: 'member', member };
}

export async function showFamilyMember(
  { store, isConnected }: Pick<HubDeps, 'store' | 'isConnected'>,
  by: Principal,
  of: { readonly familyId: string; readonly principalId: string },
): Promise<MemberAnswer> {
  const { familyId, principalId } = of;
  const standing = await store.families.get(by, familyId);
  const decision = decideOnMember(by, of, { standing, member: await store.families.member(familyId, principalId) });
  if (decision.kind === 'refused') return decision;
  return { kind: 'member', member: familyMemberView(decision.member, isConnected) };
}

export async function listFamilyMembers(
  deps: Pick<HubDeps, 'store' | 'isConnected'>,
  by: Principal,
  { familyId, ...page }: PageRequest & { readonly familyId: string },
): Promise<PageOutcome<FamilyMember>> {
  const shown = await showFamily(deps, by, familyId);
  if (shown.kind === 'refused') return shown;
  const { data, next } = await deps.store.families.members(familyId, page);
  const view = (member: FamilyMemberRecord): FamilyMember => familyMemberView(member, deps.isConnected);
  return { kind: 'page', data: data.map(view), ...compact({ next }) };
}
