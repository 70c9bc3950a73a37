/** Channels and their members. */

import { describe, expect, it } from 'vitest';
import { codeOf, openGroup, openWorld, said, taken, type OpenHubStore } from './world.ts';

export function channelsHaveMembers(open: OpenHubStore): void {
  describe('channels', () => {
    it('hold who made them and who was named, each once', async () => {
      const { store, ada, ben, newId } = await openWorld(open);
      const memberIds = [ben.id, ada.id, ben.id];
      const made = await store.channels.create(ada, { id: newId(), kind: 'channel', name: 'News', memberIds, now: 4 });
      const { channel, readSeq } = taken(made).seen;
      expect(channel).toEqual({
        id: channel.id,
        kind: 'channel',
        name: 'News',
        lastSeq: 0,
        createdBy: ada.id,
        createdAt: 4,
      });
      expect(readSeq).toBe(0);
      expect([...(await store.channels.memberIds(channel.id))].toSorted()).toEqual([ada.id, ben.id].toSorted());
    });

    it('are not made of somebody who does not exist, nor without a name', async () => {
      const { store, ada, ben, newId } = await openWorld(open);
      const command = { id: newId(), kind: 'group', name: 'Plans', memberIds: [ben.id, 'nobody'], now: 4 } as const;
      expect(codeOf(await store.channels.create(ada, command))).toBe('invalid_input');
      const nameless = { ...command, name: undefined, memberIds: [ben.id] };
      expect(codeOf(await store.channels.create(ada, nameless))).toBe('invalid_input');
      expect(await store.channels.list(ada, { limit: 10, isAll: false })).toEqual({ data: [] });
    });

    it('are one for each two where they are a dm, whoever asks, and are called after the other one', async () => {
      const { store, ada, ben, agent, newId } = await openWorld(open);
      const dm = (memberIds: readonly string[]) =>
        ({ id: newId(), kind: 'dm', name: undefined, memberIds, now: 4 }) as const;
      const made = taken(await store.channels.create(ada, dm([ben.id])));
      const found = taken(await store.channels.create(ben, dm([ada.id])));
      expect([made.kind, found.kind]).toEqual(['created', 'found']);
      expect(found.seen.channel.id).toBe(made.seen.channel.id);
      expect([made.seen.directName, found.seen.directName]).toEqual(['BEN', 'ADA']);
      for (const memberIds of [[], [ada.id], [ben.id, agent.id]]) {
        expect(codeOf(await store.channels.create(ada, dm(memberIds)))).toBe('invalid_input');
      }
    });

    it('H1: take in and let go whom who made them says, or the owner, and let go who wants to', async () => {
      const world = await openWorld(open);
      const { store, owner, ada, ben, agent, outsider } = world;
      const channelId = await openGroup(world);
      const change = { channelId, principalId: outsider.id, now: 6 };
      expect(codeOf(await store.channels.addMember(ben, change))).toBe('forbidden');
      expect(codeOf(await store.channels.addMember(outsider, change))).toBe('not_found');
      expect(codeOf(await store.channels.addMember(ada, change))).toBe('member');
      expect(await store.channels.addMember(ada, change)).toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('Already a member'),
      });
      expect(codeOf(await store.channels.removeMember(ben, change))).toBe('forbidden');
      expect(codeOf(await store.channels.removeMember(owner, change))).toBe('member');
      expect(codeOf(await store.channels.removeMember(ben, { channelId, principalId: ben.id, now: 7 }))).toBe('member');
      expect(codeOf(await store.channels.removeMember(ada, { channelId, principalId: ben.id, now: 7 }))).toBe(
        'not_found',
      );
      expect([...(await store.channels.memberIds(channelId))].toSorted()).toEqual([ada.id, agent.id].toSorted());
    });

    it('H2: are listed to who is in them, and all of them to the owner', async () => {
      const world = await openWorld(open);
      const { store, owner, ada, outsider } = world;
      const ids = [await openGroup(world), await openGroup(world), await openGroup(world)].toReversed();
      const list = async (viewer: typeof ada, isAll: boolean, cursor?: string) => {
        const { data, next } = await store.channels.list(viewer, { limit: 2, isAll, cursor });
        return { ids: data.map(({ channel }) => channel.id), next };
      };
      expect(await list(ada, false)).toEqual({ ids: ids.slice(0, 2), next: ids[1] });
      expect(await list(ada, false, ids[1])).toEqual({ ids: ids.slice(2), next: undefined });
      expect(await list(outsider, false)).toEqual({ ids: [], next: undefined });
      expect((await list(owner, false)).ids).toEqual([]);
      expect((await list(owner, true)).ids).toEqual(ids.slice(0, 2));
    });

    it('are read up to where somebody says, and never back', async () => {
      const world = await openWorld(open);
      const { store, ada, ben, outsider, newId } = world;
      const channelId = await openGroup(world);
      for (let n = 0; n < 3; n += 1) taken(await store.messages.send(ada, said(channelId, { id: newId() })));
      const read = async (by: typeof ben, seq: number) => await store.channels.markRead(by, { channelId, seq });
      expect(await read(ben, 2)).toEqual({ kind: 'moved', seq: 2 });
      expect(await read(ben, 1)).toEqual({ kind: 'same', seq: 2 });
      expect(await read(ben, 99)).toEqual({ kind: 'moved', seq: 3 });
      expect(codeOf(await read(outsider, 1))).toBe('not_found');
      const { data } = await store.channels.members(channelId, { limit: 10 });
      expect(data.map(({ principal, readSeq }) => [principal.handle, readSeq])).toEqual([
        ['ada', 3],
        ['ben', 3],
        ['scout', 0],
      ]);
    });

    it('hold nothing unread of one’s own, unless something of others was unread before it', async () => {
      const world = await openWorld(open);
      const { store, ada, ben, newId } = world;
      const channelId = await openGroup(world);
      const readOf = async (by: typeof ada) => (await store.channels.get(by, channelId))?.readSeq;
      for (const by of [ada, ada, ben, ada]) taken(await store.messages.send(by, said(channelId, { id: newId() })));
      expect([await readOf(ada), await readOf(ben)]).toEqual([2, 0]);
    });

    it('make peers of who is in them', async () => {
      const world = await openWorld(open);
      const { store, ada, ben, agent, outsider } = world;
      const channelId = await openGroup(world);
      await openGroup(world);
      expect([...(await store.channels.peers(ada.id))].toSorted()).toEqual([ben.id, agent.id].toSorted());
      expect(await store.channels.peers(outsider.id)).toEqual([]);
      expect((await store.channels.lastSeqs(ada.id)).get(channelId)).toBe(0);
    });
  });
}
