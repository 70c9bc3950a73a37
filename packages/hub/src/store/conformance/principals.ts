/** Principals and keys. */

import { describe, expect, it } from 'vitest';
import { codeOf, openWorld, taken, type OpenHubStore } from './world.ts';

const hash = (digit: string): string => digit.repeat(64);

export function principalsAreKnown(open: OpenHubStore): void {
  describe('principals', () => {
    it('have one owner, whoever makes it, and however often', async () => {
      const { store, another, owner } = await openWorld(open);
      const other = await another();
      const again = { id: 'other', workspaceId: 'other', now: 9 };
      expect(await store.principals.ensureOwner(again)).toEqual(owner);
      expect(await other.principals.ensureOwner(again)).toEqual(owner);
      expect(owner).toMatchObject({ handle: 'owner', kind: 'human', isOwner: true, workspaceId: 'w' });
    });

    it('belong to the one workspace, and no two have one handle', async () => {
      const { store, owner, ada, newId } = await openWorld(open);
      expect(ada).toMatchObject({ handle: 'ada', workspaceId: 'w', isOwner: false });
      const twin = { id: newId(), kind: 'agent', handle: 'ada', displayName: 'Ada', now: 5 } as const;
      expect(codeOf(await store.principals.create(owner, twin))).toBe('conflict');
      const [one, other] = await Promise.all(
        ['a', 'b'].map((id) => store.principals.create(owner, { ...twin, id, handle: 'new' })),
      );
      expect([codeOf(one!), codeOf(other!)]).toEqual(['principal', 'conflict']);
      expect(await store.principals.byHandle('ada')).toEqual(ada);
      expect(await store.principals.byHandle('Ada')).toBeUndefined();
    });

    it('H1: are made, renamed and given keys by the owner, and by nobody else', async () => {
      const { store, owner, ada, agent, newId } = await openWorld(open);
      for (const by of [ada, agent]) {
        const made = { id: newId(), kind: 'agent', handle: 'mine', displayName: 'Mine', now: 5 } as const;
        expect(codeOf(await store.principals.create(by, made))).toBe('forbidden');
        const named = { principalId: by.id, displayName: 'Boss', now: 6 };
        expect(codeOf(await store.principals.rename(by, named))).toBe('forbidden');
        const key = { id: newId(), principalId: by.id, label: 'k', hint: 'sk', hash: hash('a'), now: 5 };
        expect(codeOf(await store.keys.create(by, key))).toBe('forbidden');
      }
      const renamed = taken(
        await store.principals.rename(owner, { principalId: ada.id, displayName: 'Ada L.', now: 6 }),
      );
      expect(renamed.principal).toEqual({ ...ada, displayName: 'Ada L.' });
    });

    it('come by handle, page by page', async () => {
      const { store } = await openWorld(open);
      const first = await store.principals.list({ limit: 2 });
      expect(first.data.map(({ handle }) => handle)).toEqual(['ada', 'ben']);
      const second = await store.principals.list({ limit: 3, cursor: first.next });
      expect(second.data.map(({ handle }) => handle)).toEqual(['owner', 'scout', 'stranger']);
      expect(second.next).toBeUndefined();
    });
  });
}

export function keysOpen(open: OpenHubStore): void {
  describe('keys', () => {
    it('are found by the beginning of their hash alone, each with the whole', async () => {
      const { store, owner, agent, newId } = await openWorld(open);
      const near = `${hash('a').slice(0, 32)}${hash('b').slice(0, 32)}`;
      for (const one of [hash('a'), near, hash('c')]) {
        const made = { id: newId(), principalId: agent.id, label: 'k', hint: 'sk', hash: one, now: 5 };
        taken(await store.keys.create(owner, made));
      }
      const found = await store.keys.candidates(hash('a'));
      expect(found.map((one) => one.hash).toSorted()).toEqual([hash('a'), near].toSorted());
      expect(found[0]?.principal).toEqual(agent);
      expect(await store.keys.candidates(hash('d'))).toEqual([]);
    });

    it('tell when they were last used, and stay revoked by who did it first', async () => {
      const { store, owner, agent, newId } = await openWorld(open);
      const id = newId();
      taken(
        await store.keys.create(owner, { id, principalId: agent.id, label: 'k', hint: 'sk', hash: hash('a'), now: 5 }),
      );
      await store.keys.used(id, 77);
      expect(await store.keys.list(agent.id)).toMatchObject([{ id, label: 'k', createdAt: 5, lastUsedAt: 77 }]);
      expect(codeOf(await store.keys.revoke(agent, { keyId: id, now: 80 }))).toBe('forbidden');
      expect(taken(await store.keys.revoke(owner, { keyId: id, now: 90 }))).toMatchObject({ kind: 'revoked' });
      const again = taken(await store.keys.revoke(owner, { keyId: id, now: 99 }));
      expect(again).toMatchObject({ kind: 'same', key: { revokedAt: 90 } });
      expect(codeOf(await store.keys.revoke(owner, { keyId: 'none', now: 99 }))).toBe('not_found');
      expect((await store.keys.candidates(hash('a')))[0]?.key.revokedAt).toBe(90);
    });
  });
}
