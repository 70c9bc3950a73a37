/** Vaults and who is in them. */

import { vaultRoles } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { codeOf, taken } from '../../conformance/world.ts';
import { doneIn, openVaultWorld, token, type OpenVaultStore } from './world.ts';

export function vaultsHaveMembers(open: OpenVaultStore): void {
  describe('vaults', () => {
    it('have who made them for an owner, and each action a number without gaps', async () => {
      const world = await openVaultWorld(open);
      const { vaults, ada, vaultId } = world;
      expect(await vaults.get(ada, vaultId)).toMatchObject({
        role: 'owner',
        vault: { name: 'ada-main', createdAt: 3 },
      });
      expect(await doneIn(world)).toEqual(['vault.created', 'member.added', 'member.added', 'member.added']);
      const { data, next } = await vaults.audit(vaultId, { limit: 3 });
      expect(data.map(({ seq }) => seq)).toEqual([4, 3, 2]);
      expect((await vaults.audit(vaultId, { limit: 3, cursor: next })).data.map(({ seq }) => seq)).toEqual([1]);
    });

    it('tell of what was done by names, also of an item that is gone and of who is in them no more', async () => {
      const { vaults, ada, ben, agent, vaultId, put } = await openVaultWorld(open);
      const { id: itemId } = await put('GitHub');
      taken(await vaults.removeItem(ada, { itemId, now: 9 }));
      await put('GitHub');
      taken(await vaults.removeMember(ben, { vaultId, principalId: agent.id, now: 10 }));
      const { data } = await vaults.audit(vaultId, { limit: 4 });
      expect(
        data.map(({ action, actorHandle, itemName, principalHandle }) => [
          action,
          actorHandle,
          itemName,
          principalHandle,
        ]),
      ).toEqual([
        ['member.removed', ben.handle, undefined, agent.handle],
        ['item.created', ada.handle, 'GitHub', undefined],
        ['item.deleted', ada.handle, 'GitHub', undefined],
        ['item.created', ada.handle, 'GitHub', undefined],
      ]);
    });

    it('H2: are listed to who is in them, and all of them to the owner of the state root', async () => {
      const { vaults, owner, ada, viewer, outsider, vaultId } = await openVaultWorld(open);
      const idsOf = async (by: typeof ada, isAll = false) =>
        (await vaults.list(by, { limit: 10, isAll })).data.map(({ vault }) => vault.id);
      expect(await idsOf(ada)).toEqual([vaultId]);
      expect(await idsOf(viewer)).toEqual([vaultId]);
      expect(await idsOf(outsider)).toEqual([]);
      expect(await idsOf(owner)).toEqual([]);
      expect(await idsOf(owner, true)).toEqual([vaultId]);
    });

    it('take nobody in twice', async () => {
      const { vaults, ada, ben, vaultId } = await openVaultWorld(open);
      const again = await vaults.addMember(ada, { vaultId, principalId: ben.id, role: 'viewer', now: 9 });
      expect(again).toMatchObject({ code: 'conflict', message: expect.stringContaining('Already a member') });
      const nobody = await vaults.addMember(ada, { vaultId, principalId: 'nobody', role: 'viewer', now: 9 });
      expect(codeOf(nobody)).toBe('not_found');
    });

    it('V3: take in by who manages members, and nobody above themselves, tried over all pairs of roles', async () => {
      const { vaults, hub, owner, ada, outsider, vaultId, newId } = await openVaultWorld(open);
      const answers: Record<string, string> = {};
      for (const own of vaultRoles) {
        for (const given of vaultRoles) {
          const made = { id: newId(), kind: 'agent', handle: `${own}-${given}`, displayName: 'x', now: 5 } as const;
          const by = taken(await hub.principals.create(owner, made)).principal;
          taken(await vaults.addMember(ada, { vaultId, principalId: by.id, role: own, now: 6 }));
          const change = { vaultId, principalId: outsider.id, role: given, now: 7 };
          const outcome = await vaults.addMember(by, change);
          answers[`${own} gives ${given}`] = codeOf(outcome);
          if (outcome.kind === 'member') taken(await vaults.removeMember(ada, change));
        }
      }
      const refused = Object.entries(answers).filter(([, code]) => code === 'forbidden');
      expect(Object.keys(answers)).toHaveLength(16);
      expect(refused.map(([pair]) => pair)).toEqual([
        'admin gives owner',
        ...['member', 'viewer'].flatMap((own) => vaultRoles.map((given) => `${own} gives ${given}`)),
      ]);
    });

    it('V3: let nobody be taken out by who is less, keep an owner, and let everybody else go', async () => {
      const { vaults, ada, ben, agent, outsider, vaultId } = await openVaultWorld(open);
      const remove = async (by: typeof ada, principal: typeof ada) =>
        codeOf(await vaults.removeMember(by, { vaultId, principalId: principal.id, now: 9 }));
      expect(await remove(ben, ada)).toBe('forbidden');
      expect(await remove(agent, ben)).toBe('forbidden');
      expect(await remove(outsider, agent)).toBe('not_found');
      expect(await remove(ada, ada)).toBe('conflict');
      expect(await remove(agent, agent)).toBe('member');
      expect(await remove(ada, agent)).toBe('not_found');
    });

    it('are deleted by an owner, with all that was in them', async () => {
      const world = await openVaultWorld(open);
      const { vaults, ada, ben, vaultId, put, read } = world;
      const { id } = await put('GitHub', { fields: [token('x')] });
      expect(codeOf(await vaults.remove(ben, { vaultId, now: 9 }))).toBe('forbidden');
      expect(codeOf(await vaults.remove(ada, { vaultId, now: 9 }))).toBe('vault');
      expect(await vaults.get(ada, vaultId)).toBeUndefined();
      expect(codeOf(await read(ada, id))).toBe('not_found');
      expect((await doneIn(world)).at(-1)).toBe('vault.deleted');
    });
  });
}
