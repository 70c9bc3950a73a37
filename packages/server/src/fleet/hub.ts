/**
 * What the fleet does in the hub, in the name of the owner: by the use cases of the hub, so that its rules hold here
 * and its audit tells of all of it. Each may be repeated: what is so already is left as it is.
 */

import { createHash } from 'node:crypto';
import { maxActivityLength, maxContentLength, shortened, type Principal } from '@perdure/contract';
import type { FleetHub } from '@perdure/fleet';
import {
  changeFamilyMember,
  changeHubTask,
  createKey,
  listKeys,
  ownerOfKey,
  revokeKey,
  sendMessage,
  showHubTask,
  showItem,
  tellOfHubTask,
  type HubDeps,
  type HubTaskDeps,
  type VaultDeps,
} from '@perdure/hub/desk';
import { Limiter } from '@perdure/hub';
import { accepted } from '../http/hub/actor.ts';
import { keepModelKey } from './keep-model-key.ts';
import { familyOf, memberFacts, memberOf } from './member-facts.ts';
import { readReference } from './vault-references.ts';
import { archiveVault, ensureVault } from './vaults.ts';

export interface FleetHubDeps {
  readonly hub: HubDeps;
  readonly tasks: HubTaskDeps;
  readonly vault: VaultDeps;
  readonly owner: Principal;
}

/** Of all keys that it gives to gateways, to know them by. */
const keyLabel = 'gateway';
/** A sweep over a thousand members must not keep the owner from speaking, nor be kept by them. */
const fleetRate = { perSecond: 1_000, burst: 10_000 };

export function createFleetHub({ owner, vault, ...given }: FleetHubDeps): FleetHub {
  const sends = new Limiter(fleetRate);
  const hub: HubDeps = { ...given.hub, sends };
  const facts = { hub, owner };
  const tasks: HubTaskDeps = { ...given.tasks, sends };
  const vaults = { vault, owner };
  const keysOf = async (principalId: string) => {
    const { keys } = accepted(await listKeys(hub, owner, principalId));
    return keys.filter(({ revokedAt }) => revokedAt === undefined).map(({ id }) => id);
  };
  const revoke = async (keyIds: readonly string[]): Promise<void> => {
    for (const keyId of keyIds) accepted(await revokeKey(hub, owner, keyId));
  };
  return {
    facts: async (principalId) => await memberFacts(facts, principalId),
    async issueKey(principalId) {
      // Those that are there first: whoever comes twice must not take away what the first was given meanwhile.
      const earlier = await keysOf(principalId);
      const { key } = accepted(await createKey(hub, owner, { principalId, label: keyLabel }));
      await revoke(earlier);
      return { keyId: key.id, key: key.key };
    },
    revokeKeys: async (principalId) => await revoke(await keysOf(principalId)),
    opensWith: async (principalId, key) => (await ownerOfKey(hub.store.keys, key))?.id === principalId,
    async ensureVault(principalId) {
      const { familyId, handle } = await memberOf(facts, principalId);
      const { createdBy: personId } = await familyOf(facts, familyId);
      return await ensureVault(vaults, { agent: { id: principalId, handle }, personId });
    },
    archiveVault: async (vaultId) => await archiveVault(vaults, vaultId),
    keepModelKey: async (principalId, kept) =>
      await keepModelKey({ hub, owner, vault }, principalId, { ...kept, isBeside: false }),
    secret: async (reference, reason) => await readReference(vaults, reference, reason),
    async secretVersion(reference) {
      const [vaultId, itemId = '', key = ''] = reference.split('/');
      const shown = await showItem(vault, owner, itemId);
      if (shown.kind === 'refused' || shown.item.vaultId !== vaultId) return undefined;
      return shown.item.fieldKeys.includes(key) ? shown.item.version : undefined;
    },
    async setStatus(principalId, status, place) {
      const { familyId } = await memberOf(facts, principalId);
      const where = place && { gatewayPort: place.port, ocHomeDir: place.home };
      accepted(await changeFamilyMember(hub, owner, { familyId, principalId, status, ...where }));
    },
    async welcomeBack(principalId) {
      const { familyId, status } = await memberOf(facts, principalId);
      if (status !== 'deprovisioned') return;
      const back = { familyId, principalId, status: 'provisioning', isRestored: true } as const;
      accepted(await changeFamilyMember(hub, owner, back));
    },
    async tell(principalId, { id, text, intent }) {
      const { onboardingChannelId: channelId, dmChannelId } = await memberOf(facts, principalId);
      const to = channelId ?? dmChannelId;
      // One that was taken in has none where its family was made by somebody else.
      if (to === undefined) return;
      const content = shortened(text, maxContentLength);
      const said = { content, kind: 'text', intent, replyTo: undefined, attachmentIds: [] } as const;
      accepted(await sendMessage(hub, owner, { ...said, channelId: to, clientKey: `fleet:${id}` }));
    },
    async activity(taskId, { id, type, message }) {
      const told = { type, message: shortened(message, maxActivityLength) };
      accepted(await tellOfHubTask(tasks, owner, { taskId, id: stableId(taskId, id), ...told }));
    },
    async closeTask(taskId) {
      const { task } = accepted(await showHubTask(tasks, owner, { taskId, isWhole: false }));
      if (task.closedAt !== undefined) return;
      accepted(await changeHubTask(tasks, owner, { taskId, status: 'done' }));
    },
    leadOf: async (familyId) => (await familyOf(facts, familyId)).lead?.id,
    isConnected: (principalId, keyId) => hub.isConnected(principalId, keyId),
  };
}

/** The same for the same words of the same task, whoever says them after a crash. */
function stableId(taskId: string, id: string): string {
  return `fleet-${createHash('sha256').update(`${taskId} ${id}`).digest('hex').slice(0, 40)}`;
}
