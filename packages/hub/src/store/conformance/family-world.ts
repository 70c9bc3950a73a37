/** A family that `agent` leads, in a hub of others. */

import type { Principal } from '@perdure/contract';
import type { NewFamily } from '../../core/family/decide-family.ts';
import type { NewFamilyMember } from '../../core/family/decide-member.ts';
import type { FamilyMemberRecord } from '../../core/family/records.ts';
import { openWorld, taken, type OpenHubStore } from './world.ts';

export async function openFamilyWorld(open: OpenHubStore) {
  const world = await openWorld(open);
  const { store, owner, agent, newId } = world;
  const familyOf = (more: Partial<NewFamily> = {}): NewFamily => {
    const plain = { name: 'Main', leadId: agent.id, host: undefined, resources: [], conventions: '', now: 3 };
    return { id: newId(), ...plain, ...more };
  };
  const made = familyOf();
  taken(await store.families.create(owner, made));
  const familyId = made.id;
  const keys = new Map<string, string>();
  /** As the desk gives it to the store. */
  const memberOf = (more: Partial<NewFamilyMember> = {}) => {
    const named = { handle: undefined, displayName: undefined, adoptedId: undefined, clientKey: undefined };
    const id = newId();
    const key = { id: newId(), hint: 'sk', hash: id.padStart(64, '0') };
    const provisioning = {
      ids: { id: newId(), vaultId: newId(), itemId: newId() },
      apiKey: `sk_sesame_${id}`,
      llmApiKey: undefined,
    };
    const ids = { principalId: id, dmChannelId: newId(), onboardingChannelId: newId(), key, provisioning };
    return { familyId, ...named, metadata: {}, now: 5, ids, ...more };
  };
  const add = async (by: Principal, more: Partial<NewFamilyMember>) =>
    await store.families.addMember(by, memberOf(more));
  /** A member of its own, made by the lead. */
  const make = async (handle: string, more: Partial<NewFamilyMember> = {}): Promise<FamilyMemberRecord> => {
    const whole = memberOf({ handle, ...more });
    const { member } = taken(await store.families.addMember(agent, whole));
    keys.set(handle, whole.ids.key.id);
    return member;
  };
  const say = async (
    by: Principal,
    principalId: string,
    change: { status?: FamilyMemberRecord['status']; metadata?: object },
  ) =>
    await store.families.changeMember(by, {
      familyId,
      principalId,
      now: 9,
      ...change,
      metadata: change.metadata as FamilyMemberRecord['metadata'] | undefined,
    });
  return { ...world, lead: agent, familyId, familyOf, memberOf, add, make, say, keys };
}

export type FamilyWorld = Awaited<ReturnType<typeof openFamilyWorld>>;
