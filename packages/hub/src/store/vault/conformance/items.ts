/** What lies in vaults. */

import { describe, expect, it } from 'vitest';
import { codeOf, taken } from '../../conformance/world.ts';
import { doneIn, openVaultWorld, token, type OpenVaultStore } from './world.ts';

const long = 'ghp_0123456789abcdefghijWXYZ';

export function itemsAreSealed(open: OpenVaultStore): void {
  describe('items', () => {
    it('are shown masked: of a long value the last four characters, of a short one none', async () => {
      const { vaults, viewer, put } = await openVaultWorld(open);
      const { id } = await put('GitHub', { fields: [token(long), token('hunter2', 'password')] });
      const { item } = taken(await vaults.item(viewer, id));
      expect(item.fields.map(({ key, hint }) => [key, hint])).toEqual([
        ['token', '••••WXYZ'],
        ['password', '••••'],
      ]);
      expect(JSON.stringify(item)).not.toContain('hunter2');
      expect(item).toMatchObject({ version: 1, type: 'login', needsApproval: false });
    });

    it('give a member by a lease what was put in, and after a rotation that alone', async () => {
      const { vaults, agent, put, read } = await openVaultWorld(open);
      const { id } = await put('GitHub', { fields: [token('old'), token('ada', 'user')] });
      expect(await read(agent, id)).toMatchObject({
        kind: 'opened',
        version: 1,
        fields: { token: 'old', user: 'ada' },
      });
      const fields = [token('line one\nline “two” é')];
      const rotated = taken(await vaults.rotateItem(agent, { itemId: id, fields, now: 8 })).item;
      expect(rotated).toMatchObject({ version: 2, updatedAt: 8, createdAt: 5 });
      expect(await read(agent, id)).toMatchObject({ version: 2, fields: { token: 'line one\nline “two” é' } });
    });

    it('are the same to another process, sealed and rotated by either', async () => {
      const { vaults, another, agent, put, newId } = await openVaultWorld(open);
      const { id } = await put('GitHub', { fields: [token('one')] });
      const other = await another();
      taken(await other.rotateItem(agent, { itemId: id, fields: [token('two')], now: 8 }));
      const asked = { id: newId(), itemId: id, reason: 'r', ttlMs: 1000, now: 9 };
      const { lease } = taken(await vaults.requestLease(agent, asked));
      expect(await other.useLease(agent, { leaseId: lease.id, now: 9 })).toMatchObject({ fields: { token: 'two' } });
    });

    it('have names of their own in a vault, and are found by a part of it, by type, page by page', async () => {
      const { vaults, ada, vaultId, put, newId } = await openVaultWorld(open);
      for (const name of ['GitHub', 'GitLab', 'Mail']) await put(name);
      const again = { id: newId(), vaultId, name: 'Mail', type: 'key', needsApproval: false, fields: [token('x')] };
      expect(codeOf(await vaults.putItem(ada, { ...again, isDrop: false, now: 6 }))).toBe('conflict');
      taken(await vaults.putItem(ada, { ...again, name: 'SSH', isDrop: false, now: 6 }));
      const namesOf = async (page: Parameters<typeof vaults.items>[1]) =>
        (await vaults.items(vaultId, page)).data.map(({ name }) => name);
      expect(await namesOf({ limit: 10, q: 'git' })).toEqual(['GitHub', 'GitLab']);
      expect(await namesOf({ limit: 10, q: '%' })).toEqual([]);
      expect(await namesOf({ limit: 10, type: 'key' })).toEqual(['SSH']);
      const first = await vaults.items(vaultId, { limit: 2 });
      expect(await namesOf({ limit: 2, cursor: first.next })).toEqual(['Mail', 'SSH']);
    });

    it('are written by members, dropped by whoever looks on or owns the state root, deleted by admins', async () => {
      const world = await openVaultWorld(open);
      const { vaults, owner, ben, agent, viewer, outsider, vaultId, newId, read } = world;
      const put = async (by: typeof ben, isDrop: boolean) => {
        const id = newId();
        const made = {
          id,
          vaultId,
          name: id,
          type: 'login',
          needsApproval: false,
          fields: [token('x')],
          isDrop,
          now: 6,
        };
        return { id, code: codeOf(await vaults.putItem(by, made)) };
      };
      expect((await put(agent, false)).code).toBe('item');
      expect((await put(viewer, false)).code).toBe('forbidden');
      expect((await put(owner, false)).code).toBe('forbidden');
      expect((await put(outsider, true)).code).toBe('not_found');
      const dropped = await put(owner, true);
      expect([dropped.code, (await put(viewer, true)).code]).toEqual(['item', 'item']);
      for (const by of [owner, viewer]) expect(codeOf(await read(by, dropped.id))).toBe('forbidden');
      expect(await read(agent, dropped.id)).toMatchObject({ fields: { token: 'x' } });
      const of = { itemId: dropped.id, now: 9 };
      expect(codeOf(await vaults.rotateItem(viewer, { ...of, fields: [token('y')] }))).toBe('forbidden');
      expect(codeOf(await vaults.removeItem(agent, of))).toBe('forbidden');
      expect(codeOf(await vaults.removeItem(outsider, of))).toBe('not_found');
      expect(codeOf(await vaults.removeItem(ben, of))).toBe('item');
      expect(codeOf(await vaults.item(ben, dropped.id))).toBe('not_found');
      expect(await doneIn(world)).toContain('item.dropped');
    });

    it('are given and taken no more while the key of the state root is another, and are shown all the same', async () => {
      const { vaults, ada, agent, vaultId, put, read, loseKey, newId } = await openVaultWorld(open);
      const { id } = await put('GitHub');
      loseKey();
      expect(codeOf(await read(agent, id))).toBe('vault_sealed');
      expect(codeOf(await vaults.rotateItem(agent, { itemId: id, fields: [token('y')], now: 9 }))).toBe('vault_sealed');
      expect(codeOf(await vaults.rekey(ada, { vaultId, now: 9 }))).toBe('vault_sealed');
      const made = { id: newId(), name: 'new', description: '', now: 9 };
      expect(codeOf(await vaults.create(ada, made))).toBe('vault_sealed');
      expect(taken(await vaults.item(agent, id)).item.name).toBe('GitHub');
      expect((await vaults.audit(vaultId, { limit: 10 })).data).not.toEqual([]);
    });

    it('hold what they held under a new key of the vault, which an admin gives it', async () => {
      const world = await openVaultWorld(open);
      const { vaults, ben, agent, vaultId, put, read } = world;
      const made = [await put('A', { fields: [token('one'), token('two', 'b')] }), await put('B')];
      expect(codeOf(await vaults.rekey(agent, { vaultId, now: 9 }))).toBe('forbidden');
      for (let n = 0; n < 3; n += 1) expect(codeOf(await vaults.rekey(ben, { vaultId, now: 9 }))).toBe('vault');
      expect(await read(agent, made[0]!.id)).toMatchObject({ version: 1, fields: { token: 'one', b: 'two' } });
      expect(await read(agent, made[1]!.id)).toMatchObject({ fields: { token: 'hunter2' } });
      expect((await doneIn(world)).filter((action) => action === 'vault.rekeyed')).toHaveLength(3);
    });
  });
}
