/** What was managed is written down. */

import { auditActions } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { codeOf, openGroup, openWorld, said, taken, type OpenHubStore, type World } from './world.ts';

/** What was done, oldest first, behind number `after`. */
async function doneIn({ store }: World, after = 0): Promise<readonly string[]> {
  const { data } = await store.audit.list({ limit: 100 });
  return data
    .filter(({ seq }) => seq > after)
    .map(({ action }) => action)
    .toReversed();
}

async function lastSeq({ store }: World): Promise<number> {
  return (await store.audit.list({ limit: 1 })).data[0]?.seq ?? 0;
}

export function managingIsWrittenDown(open: OpenHubStore): void {
  describe('what was managed', () => {
    it('H3: every managing write leaves its rows, with who did it and to what, numbered without gaps', async () => {
      const world = await openWorld(open);
      const { store, owner, ada, ben, agent, outsider, newId } = world;
      expect(await doneIn(world)).toEqual(Array.from({ length: 5 }, () => 'principal.created'));
      taken(await store.principals.rename(owner, { principalId: ada.id, displayName: 'Ada L.', now: 6 }));
      const key = { id: newId(), principalId: agent.id, label: 'laptop', hint: 'sk', hash: 'a'.repeat(64), now: 7 };
      taken(await store.keys.create(owner, key));
      taken(await store.keys.revoke(owner, { keyId: key.id, now: 8 }));
      const channelId = await openGroup(world);
      taken(await store.channels.addMember(ada, { channelId, principalId: outsider.id, now: 9 }));
      taken(await store.channels.removeMember(owner, { channelId, principalId: ben.id, now: 10 }));
      const link = { id: newId(), principalId: ada.id, hash: 'd'.repeat(64), now: 11, expiresAt: 20 };
      taken(await store.sessions.offer(owner, link));
      taken(await store.sessions.open(link.id, { hash: 'e'.repeat(64), now: 12, expiresAt: 99 }));
      taken(await store.sessions.end(owner, { sessionId: link.id, now: 13 }));
      const { data } = await store.audit.list({ limit: 100 });
      expect(data.map(({ seq }) => seq)).toEqual(Array.from({ length: data.length }, (_one, at) => data.length - at));
      expect(
        data
          .slice(0, data.length - 5)
          .toReversed()
          .map(({ seq: _seq, ...row }) => row),
      ).toEqual([
        {
          action: 'principal.renamed',
          at: 6,
          actorId: owner.id,
          principalId: ada.id,
          detail: { from: 'ADA', to: 'Ada L.' },
        },
        {
          action: 'key.created',
          at: 7,
          actorId: owner.id,
          principalId: agent.id,
          keyId: key.id,
          detail: { label: 'laptop' },
        },
        {
          action: 'key.revoked',
          at: 8,
          actorId: owner.id,
          principalId: agent.id,
          keyId: key.id,
          detail: { label: 'laptop' },
        },
        { action: 'channel.created', at: 3, actorId: ada.id, channelId, detail: { kind: 'group', name: 'Plans' } },
        { action: 'channel.member_added', at: 3, actorId: ada.id, channelId, principalId: ben.id },
        { action: 'channel.member_added', at: 3, actorId: ada.id, channelId, principalId: agent.id },
        { action: 'channel.member_added', at: 9, actorId: ada.id, channelId, principalId: outsider.id },
        { action: 'channel.member_removed', at: 10, actorId: owner.id, channelId, principalId: ben.id },
        ...(['offered', 'opened', 'ended'] as const).map((done, at) => ({
          action: `session.${done}`,
          at: 11 + at,
          actorId: done === 'opened' ? ada.id : owner.id,
          principalId: ada.id,
          detail: { session: link.id },
        })),
      ]);
      const others = auditActions.filter((action) => !action.startsWith('family.'));
      expect(new Set(data.map(({ action }) => action))).toEqual(new Set(others));
    });

    it('H3: what was refused, what was so before and what was only said leaves none', async () => {
      const world = await openWorld(open);
      const { store, owner, ada, ben, agent, newId } = world;
      const dm = { id: newId(), kind: 'dm', name: undefined, memberIds: [ben.id], now: 4 } as const;
      taken(await store.channels.create(ada, dm));
      const key = { id: newId(), principalId: agent.id, label: 'k', hint: 'sk', hash: 'a'.repeat(64), now: 7 };
      taken(await store.keys.create(owner, key));
      taken(await store.keys.revoke(owner, { keyId: key.id, now: 8 }));
      const before = await lastSeq(world);
      const twin = { id: newId(), kind: 'agent', handle: 'ada', displayName: 'Ada', now: 5 } as const;
      expect(codeOf(await store.principals.create(owner, twin))).toBe('conflict');
      expect(codeOf(await store.keys.create(ada, { ...key, id: newId(), hash: 'b'.repeat(64) }))).toBe('forbidden');
      taken(await store.keys.revoke(owner, { keyId: key.id, now: 9 }));
      taken(await store.channels.create(ben, { ...dm, id: newId(), memberIds: [ada.id] }));
      taken(await store.principals.rename(owner, { principalId: ada.id, displayName: 'ADA', now: 9 }));
      await store.principals.ensureOwner({ id: newId(), workspaceId: 'w', now: 9 });
      taken(await store.messages.send(ada, said(dm.id, { id: newId() })));
      taken(await store.channels.markRead(ben, { channelId: dm.id, seq: 1 }));
      expect(await doneIn(world, before)).toEqual([]);
    });

    it('comes page by page, and by who did it or had it done to them', async () => {
      const world = await openWorld(open);
      const { store, ada, agent } = world;
      await openGroup(world);
      const first = await store.audit.list({ limit: 3 });
      const second = await store.audit.list({ limit: 100, cursor: first.next });
      expect([...first.data, ...second.data].map(({ seq }) => seq)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
      expect(second.next).toBeUndefined();
      const of = async (principalId: string) =>
        (await store.audit.list({ limit: 100, principalId })).data.map(({ action }) => action);
      expect(await of(ada.id)).toEqual([
        'channel.member_added',
        'channel.member_added',
        'channel.created',
        'principal.created',
      ]);
      expect(await of(agent.id)).toEqual(['channel.member_added', 'principal.created']);
    });
  });
}
