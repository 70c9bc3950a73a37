/** What orders to the fleet need of the hub. */

import { compact, isHubTaskOpen, isPerdureError, type Principal } from '@perdure/contract';
import type { ControlHub } from '@perdure/fleet/control';
import {
  changeFamilyMember,
  hashOfKey,
  isSameHash,
  listHubTasks,
  type HubDeps,
  type HubTaskDeps,
  type VaultDeps,
} from '@perdure/hub/desk';
import { accepted } from '../http/hub/actor.ts';
import { keepModelKey } from './keep-model-key.ts';
import { familyOf, memberOf } from './member-facts.ts';
import { resolveReference } from './vault-references.ts';
import { takeIn } from './take-in.ts';
import { findKey } from './vaults.ts';

export interface ControlHubDeps {
  readonly hub: HubDeps;
  readonly tasks: HubTaskDeps;
  readonly vault: VaultDeps;
  readonly owner: Principal;
}

/** Who has more is busy anyway. */
const mostTasks = 100;

export function createControlHub({ hub, tasks, vault, owner }: ControlHubDeps): ControlHub {
  const facts = { hub, owner };
  const vaults = { vault, owner };
  return {
    async member(principalId) {
      const { familyId, handle, displayName, status } = await memberOf(facts, principalId);
      const { host } = await familyOf(facts, familyId);
      return { principalId, familyId, handle, displayName, status, ...compact({ host: host?.name }) };
    },
    resolve: async (by, reference) => await resolveReference(vaults, by, reference),
    keepModelKey: async (principalId, { provider, key, isBeside = false }) =>
      await keepModelKey({ hub, owner, vault }, principalId, { provider, key, isBeside }),
    async familyKey(familyId, provider) {
      const family = await familyOf(facts, familyId);
      return await findKey(vaults, { family, item: provider });
    },
    async hasValue(reference) {
      try {
        return (await resolveReference(vaults, owner, reference)) !== '';
      } catch (error) {
        if (isPerdureError(error, 'conflict') || isPerdureError(error, 'forbidden')) return false;
        throw error;
      }
    },
    async agentOf(key) {
      const hash = hashOfKey(key);
      const found = (await hub.store.keys.candidates(hash)).find((one) => isSameHash(one.hash, hash));
      if (found === undefined || found.key.revokedAt !== undefined || found.principal.kind !== 'agent')
        return undefined;
      const { id: principalId, handle } = found.principal;
      return { principalId, handle, keyId: found.key.id };
    },
    takeIn: async (familyId, who) => await takeIn({ hub, owner }, familyId, who),
    async setStatus(principalId, status) {
      const { familyId } = await memberOf(facts, principalId);
      accepted(await changeFamilyMember(hub, owner, { familyId, principalId, status }));
    },
    async family(familyId) {
      const { name, lead } = await familyOf(facts, familyId);
      return { name, ...compact({ leadId: lead?.id }) };
    },
    async openTasks(assigneeId) {
      const of = { isAll: true, assigneeId, status: undefined, limit: mostTasks };
      const { data } = accepted(await listHubTasks(tasks, owner, of));
      return data.filter(({ status }) => isHubTaskOpen(status)).length;
    },
  };
}
