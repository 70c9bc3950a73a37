/** Who is given what, and for how long. */

import { describe, expect, it } from 'vitest';
import { leaseStatus } from '../../../core/vault/decide-lease.ts';
import { codeOf, taken } from '../../conformance/world.ts';
import { doneIn, openVaultWorld, type OpenVaultStore, type VaultWorld } from './world.ts';

const request = async ({ vaults, newId }: VaultWorld, by: VaultWorld['ada'], itemId: string, now = 10) =>
  await vaults.requestLease(by, { id: newId(), itemId, reason: 'deploy', ttlMs: 1000, now });

export function leasesGiveValues(open: OpenVaultStore): void {
  describe('leases', () => {
    it('V1: leave a row for each that is asked for, granted and used', async () => {
      const world = await openVaultWorld(open);
      const { vaults, agent, vaultId, put, read } = world;
      const { id } = await put('GitHub');
      taken(await read(agent, id));
      expect((await doneIn(world)).slice(-3)).toEqual(['lease.requested', 'lease.approved', 'lease.used']);
      const [last] = (await vaults.audit(vaultId, { limit: 1 })).data;
      expect(last).toMatchObject({ action: 'lease.used', actorId: agent.id, itemId: id, version: 1, at: 10 });
    });

    it('V2: give to whose they are, as long as they last, and to nobody else', async () => {
      const world = await openVaultWorld(open);
      const { vaults, owner, ada, ben, agent, viewer, outsider, put } = world;
      const { id } = await put('GitHub');
      const { lease } = taken(await request(world, agent, id));
      const use = async (by: typeof ada, now: number) => codeOf(await vaults.useLease(by, { leaseId: lease.id, now }));
      for (const other of [owner, ada, ben, viewer, outsider]) expect(await use(other, 11)).toBe('not_found');
      expect([await use(agent, 11), await use(agent, 1009)]).toEqual(['opened', 'opened']);
      expect(await use(agent, 1010)).toBe('conflict');
      expect(codeOf(await vaults.useLease(agent, { leaseId: 'none', now: 11 }))).toBe('not_found');
      expect(taken(await vaults.lease(agent, lease.id)).lease).toMatchObject({ uses: 2, lastUsedAt: 1009 });
    });

    it('V2: give nothing to who is in the vault no more, or no more than a viewer', async () => {
      const world = await openVaultWorld(open);
      const { vaults, ada, agent, vaultId, put } = world;
      const { id } = await put('GitHub');
      const { lease } = taken(await request(world, agent, id));
      const use = async () => codeOf(await vaults.useLease(agent, { leaseId: lease.id, now: 11 }));
      taken(await vaults.removeMember(ada, { vaultId, principalId: agent.id, now: 11 }));
      expect(await use()).toBe('not_found');
      taken(await vaults.addMember(ada, { vaultId, principalId: agent.id, role: 'viewer', now: 11 }));
      expect(await use()).toBe('forbidden');
    });

    it('V2: are over for who is taken out, also where they are taken in again within the same moment', async () => {
      const world = await openVaultWorld(open);
      const { vaults, ben, agent, vaultId, put } = world;
      const [github, bank] = [await put('GitHub'), await put('Bank', { needsApproval: true })];
      const granted = taken(await request(world, agent, github.id)).lease;
      const pending = taken(await request(world, agent, bank.id)).lease;
      taken(await vaults.removeMember(ben, { vaultId, principalId: agent.id, now: 11 }));
      taken(await vaults.addMember(ben, { vaultId, principalId: agent.id, role: 'member', now: 11 }));
      expect(codeOf(await vaults.useLease(agent, { leaseId: granted.id, now: 11 }))).toBe('conflict');
      const late = await vaults.decideLease(ben, { leaseId: pending.id, to: 'approved', now: 12 });
      expect(codeOf(late)).toBe('conflict');
      expect((await doneIn(world)).slice(-4)).toEqual([
        'member.removed',
        'lease.revoked',
        'lease.revoked',
        'member.added',
      ]);
      expect(codeOf(await world.read(agent, github.id, 12))).toBe('opened');
    });

    it('V2: that have ended do not live again where the clock is set back', async () => {
      const world = await openVaultWorld(open);
      const { vaults, agent, put } = world;
      const { id } = await put('GitHub');
      const use = async (leaseId: string, now: number) => codeOf(await vaults.useLease(agent, { leaseId, now }));
      const first = taken(await request(world, agent, id, 5_000)).lease.id;
      // To before it was granted; and behind a use, within the time that it had.
      expect([await use(first, 4_999), await use(first, 5_500)]).toEqual(['conflict', 'opened']);
      expect([await use(first, 5_499), await use(first, 5_500)]).toEqual(['conflict', 'opened']);
    });

    it('wait where the item asks for it until an admin agrees, whose own do not', async () => {
      const world = await openVaultWorld(open);
      const { vaults, ben, agent, outsider, put } = world;
      const { id } = await put('Bank', { needsApproval: true });
      const { lease } = taken(await request(world, agent, id));
      const decide = async (by: typeof ben, to: 'approved' | 'refused' | 'revoked', now = 20) =>
        codeOf(await vaults.decideLease(by, { leaseId: lease.id, to, now }));
      const use = async (now: number) => codeOf(await vaults.useLease(agent, { leaseId: lease.id, now }));
      expect([leaseStatus(lease, 11), await use(11)]).toEqual(['pending', 'conflict']);
      expect([await decide(agent, 'approved'), await decide(outsider, 'approved')]).toEqual(['forbidden', 'not_found']);
      expect(await decide(ben, 'approved')).toBe('lease');
      // It lasts from when it was granted.
      expect([await use(1019), await use(1020)]).toEqual(['opened', 'conflict']);
      expect(await decide(ben, 'refused', 30)).toBe('conflict');
      const own = taken(await request(world, ben, id)).lease;
      expect(leaseStatus(own, 11)).toBe('active');
    });

    it('are over when they are revoked, by whose they are or by an admin, and lapse unanswered after a day', async () => {
      const world = await openVaultWorld(open);
      const { vaults, ben, agent, put } = world;
      const { id } = await put('GitHub');
      for (const by of [agent, ben]) {
        const { lease } = taken(await request(world, agent, id));
        const change = { leaseId: lease.id, to: 'revoked', now: 11 } as const;
        expect(codeOf(await vaults.decideLease(by, change))).toBe('lease');
        expect(codeOf(await vaults.decideLease(by, change))).toBe('lease');
        expect(codeOf(await vaults.useLease(agent, { leaseId: lease.id, now: 12 }))).toBe('conflict');
      }
      const bank = await put('Bank', { needsApproval: true });
      const { lease } = taken(await request(world, agent, bank.id));
      const late = { leaseId: lease.id, to: 'approved', now: 10 + 86_400_000 } as const;
      expect(codeOf(await vaults.decideLease(ben, late))).toBe('conflict');
    });

    it('are seen by whose they are and by who decides on them', async () => {
      const world = await openVaultWorld(open);
      const { vaults, owner, ben, agent, viewer, put } = world;
      const { id } = await put('GitHub');
      const { lease } = taken(await request(world, agent, id));
      const seen = async (by: typeof ben) => (await vaults.leases(by, { limit: 10 })).data.length;
      expect(await Promise.all([owner, ben, agent, viewer].map(seen))).toEqual([1, 1, 1, 0]);
      expect(codeOf(await vaults.lease(viewer, lease.id))).toBe('not_found');
    });

    it('are not had by who may not: a viewer, an outsider, the owner of the state root', async () => {
      const world = await openVaultWorld(open);
      const { owner, viewer, outsider, put } = world;
      const { id } = await put('GitHub');
      expect(codeOf(await request(world, viewer, id))).toBe('forbidden');
      expect(codeOf(await request(world, owner, id))).toBe('forbidden');
      expect(codeOf(await request(world, outsider, id))).toBe('not_found');
      expect(codeOf(await request(world, outsider, 'none'))).toBe('not_found');
    });
  });
}
