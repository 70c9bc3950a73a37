/** What tools and model servers are granted, and lent for a call. */

import { describe, expect, it } from 'vitest';
import type { Grantee, Principal } from '@perdure/contract';
import { leaseStatus } from '../../../core/vault/decide-lease.ts';
import { codeOf, taken } from '../../conformance/world.ts';
import { doneIn, openVaultWorld, token, type OpenVaultStore, type VaultWorld } from './world.ts';

const tool = { kind: 'tool', name: 'open-issue' } as const;
const model = { kind: 'model', name: 'open-issue' } as const;

/** Grants as `ada`, unless somebody else does. */
const grant = async (
  { vaults, newId, ada }: VaultWorld,
  itemId: string,
  { by = ada, fingerprint = 'f1', isLoaded = true } = {},
) => {
  const behind = isLoaded ? fingerprint : undefined;
  return await vaults.grant(by, { id: newId(), itemId, grantee: tool, fingerprint: behind, now: 20 });
};

const lend = async (
  { vaults, newId }: VaultWorld,
  references: readonly string[],
  { grantee = tool, fingerprint = 'f1', now = 30 }: { grantee?: Grantee; fingerprint?: string; now?: number } = {},
) => {
  const wanted = references.map((reference) => ({ name: reference, reference }));
  return await vaults.lend({ grantee, fingerprint, reason: 'run 1, step a', wanted, newId, ttlMs: 1000, now });
};

export function toolsAreLent(open: OpenVaultStore): void {
  describe('what is lent', () => {
    it('V4: is what was granted to the tool, by whichever name, and nothing else that lies beside it', async () => {
      const world = await openVaultWorld(open);
      const { id } = await world.put('GitHub');
      await world.put('Bank', { fields: [token('sesame')] });
      expect(codeOf(await lend(world, ['GitHub']))).toBe('config_invalid');
      taken(await grant(world, id));
      for (const name of [
        'GitHub',
        'github',
        'ada-main/GitHub',
        'ada-main/github/token',
        id,
        `${world.vaultId}/${id}`,
      ]) {
        expect(await lend(world, [name])).toMatchObject({
          kind: 'lent',
          values: [{ name, value: 'hunter2', isOpen: false }],
        });
      }
      for (const name of [
        'Bank',
        'ada-main/Bank',
        'other/GitHub',
        'GitHub/token',
        'ada-main/GitHub/user',
        '',
        '/',
        'a/b/c/d',
      ]) {
        expect([name, codeOf(await lend(world, [name]))]).toEqual([name, 'config_invalid']);
      }
      expect(codeOf(await lend(world, ['GitHub'], { grantee: model }))).toBe('config_invalid');
    });

    it('V4: is nothing of a vault of the same name that somebody else has made', async () => {
      const world = await openVaultWorld(open);
      const { vaults, newId, outsider } = world;
      const { id } = await world.put('GitHub');
      taken(await grant(world, id));
      const twin = newId();
      taken(await vaults.create(outsider, { id: twin, name: 'ada-main', description: '', now: 3 }));
      const made = { id: newId(), vaultId: twin, name: 'GitHub', type: 'login', needsApproval: false, isDrop: false };
      taken(await vaults.putItem(outsider, { ...made, fields: [token('of somebody else')], now: 5 }));
      expect(await lend(world, ['ada-main/GitHub'])).toMatchObject({ values: [{ value: 'hunter2' }] });
    });

    it('V4: is nothing once the tool has changed, until it is granted again', async () => {
      const world = await openVaultWorld(open);
      const { id } = await world.put('GitHub');
      taken(await grant(world, id));
      const changed = { fingerprint: 'f2' };
      expect(await lend(world, ['GitHub'], changed)).toMatchObject({ message: expect.stringContaining('has changed') });
      const again = taken(await grant(world, id, changed)).grant;
      expect(codeOf(await lend(world, ['GitHub'], changed))).toBe('lent');
      expect((await world.vaults.grants(world.ada, { limit: 10 })).data).toEqual([again]);
    });

    it('V4: is nothing once who granted it is no admin of the vault any more', async () => {
      const world = await openVaultWorld(open);
      const { vaults, vaultId, ada, ben } = world;
      const { id } = await world.put('GitHub');
      taken(await grant(world, id, { by: ben }));
      taken(await vaults.removeMember(ada, { vaultId, principalId: ben.id, now: 21 }));
      expect(await lend(world, ['GitHub'])).toMatchObject({ message: expect.stringContaining('may not any more') });
      taken(await vaults.addMember(ada, { vaultId, principalId: ben.id, role: 'member', now: 22 }));
      expect(codeOf(await lend(world, ['GitHub']))).toBe('config_invalid');
    });

    it('V4: is granted by an admin of the vault and by nobody else, and taken back so', async () => {
      const world = await openVaultWorld(open);
      const { vaults, owner, ada, ben, agent, viewer, outsider } = world;
      const { id } = await world.put('GitHub');
      const tried = async (by: Principal) => codeOf(await grant(world, id, { by }));
      expect(await Promise.all([owner, agent, viewer, outsider].map(tried))).toEqual([
        'forbidden',
        'forbidden',
        'forbidden',
        'not_found',
      ]);
      expect(codeOf(await grant(world, id, { isLoaded: false }))).toBe('not_found');
      const { grant: made } = taken(await grant(world, id, { by: ben }));
      const end = async (by: Principal) => codeOf(await vaults.endGrant(by, { grantId: made.id, now: 40 }));
      expect([await end(agent), await end(viewer), await end(outsider)]).toEqual([
        'forbidden',
        'forbidden',
        'not_found',
      ]);
      const seen = async (by: Principal) => (await vaults.grants(by, { limit: 10 })).data.length;
      expect(await Promise.all([owner, ada, ben, agent, outsider].map(seen))).toEqual([1, 1, 1, 0, 0]);
      expect([await end(owner), await end(owner)]).toEqual(['grant', 'not_found']);
      expect(codeOf(await lend(world, ['GitHub']))).toBe('config_invalid');
    });

    it('V1: leaves a row for what was asked for, given, used and ended, on behalf of who granted it', async () => {
      const world = await openVaultWorld(open);
      const { vaults, vaultId, ada } = world;
      const { id } = await world.put('GitHub');
      taken(await grant(world, id));
      const { leaseIds } = taken(await lend(world, ['GitHub', 'ada-main/GitHub/token']));
      expect(leaseIds).toHaveLength(1);
      await vaults.endLends(leaseIds, 31);
      await vaults.endLends(leaseIds, 32);
      expect((await doneIn(world)).slice(-5)).toEqual([
        'grant.made',
        'lease.requested',
        'lease.approved',
        'lease.used',
        'lease.revoked',
      ]);
      const rows = (await vaults.audit(vaultId, { limit: 5 })).data;
      for (const row of rows) expect(row).toMatchObject({ actorId: ada.id, itemId: id, grantee: 'tool open-issue' });
      const { lease } = taken(await vaults.lease(ada, leaseIds[0] ?? ''));
      expect(lease).toMatchObject({ reason: 'run 1, step a', grantee: 'tool open-issue', uses: 1 });
      expect(leaseStatus(lease, 33)).toBe('revoked');
    });

    it('is all over when a server begins, and what is somebody’s own goes on', async () => {
      const world = await openVaultWorld(open);
      const { vaults, ada, newId } = world;
      const { id } = await world.put('GitHub');
      taken(await grant(world, id));
      const { leaseIds } = taken(await lend(world, ['GitHub']));
      const own = taken(
        await vaults.requestLease(ada, { id: newId(), itemId: id, reason: 'mine', ttlMs: 1000, now: 30 }),
      );
      await vaults.endLends(undefined, 31);
      const status = async (leaseId: string) => leaseStatus(taken(await vaults.lease(ada, leaseId)).lease, 32);
      expect([await status(leaseIds[0] ?? ''), await status(own.lease.id)]).toEqual(['revoked', 'active']);
      const late = taken(await lend(world, ['GitHub'], { now: 40 })).leaseIds[0] ?? '';
      await vaults.endLends(undefined, 1040);
      expect(leaseStatus(taken(await vaults.lease(ada, late)).lease, 1041)).toBe('expired');
    });

    it('is all of what is wanted or nothing, and what is refused leaves no lease behind', async () => {
      const world = await openVaultWorld(open);
      const { vaults, ada } = world;
      const { id } = await world.put('GitHub');
      taken(await grant(world, id));
      expect(codeOf(await lend(world, ['GitHub', 'Bank']))).toBe('config_invalid');
      world.loseKey();
      expect(codeOf(await lend(world, ['GitHub']))).toBe('vault_sealed');
      expect(
        await vaults.lendProblem({ grantee: tool, fingerprint: 'f1', wanted: [{ name: 'a', reference: 'GitHub' }] }),
      ).toMatchObject({ code: 'vault_sealed' });
      expect((await vaults.leases(ada, { limit: 10 })).data).toEqual([]);
    });

    it('is what the item holds now, of the field that is named, and nothing of one that is gone', async () => {
      const world = await openVaultWorld(open);
      const { vaults, ada } = world;
      const user = { key: 'user', type: 'text', value: 'scout' } as const;
      const { id } = await world.put('GitHub', { fields: [user, token('hunter2')] });
      taken(await grant(world, id));
      expect(await lend(world, ['GitHub'])).toMatchObject({ message: expect.stringContaining('say which field') });
      expect(await lend(world, ['ada-main/GitHub/user'])).toMatchObject({ values: [{ value: 'scout', isOpen: true }] });
      taken(await vaults.rotateItem(ada, { itemId: id, fields: [token('hunter3')], now: 25 }));
      expect(await lend(world, ['GitHub'])).toMatchObject({ values: [{ value: 'hunter3' }] });
      taken(await vaults.removeItem(ada, { itemId: id, now: 26 }));
      expect(codeOf(await lend(world, ['GitHub']))).toBe('config_invalid');
      expect((await vaults.grants(ada, { limit: 10 })).data).toEqual([]);
    });

    it('is asked for by a name that means one item only', async () => {
      const world = await openVaultWorld(open);
      const { vaults, newId, ada } = world;
      const second = newId();
      taken(await vaults.create(ada, { id: second, name: 'ada-spare', description: '', now: 3 }));
      const made = { id: newId(), vaultId: second, name: 'GitHub', type: 'login', needsApproval: true, isDrop: false };
      const spare = taken(await vaults.putItem(ada, { ...made, fields: [token('spare')], now: 5 })).item;
      for (const { id } of [await world.put('GitHub'), spare]) taken(await grant(world, id));
      expect(await lend(world, ['GitHub'])).toMatchObject({ message: expect.stringContaining('means 2 items') });
      // What asks for approval was approved by who granted it.
      expect(await lend(world, ['ada-spare/GitHub'])).toMatchObject({ values: [{ value: 'spare' }] });
    });
  });
}
