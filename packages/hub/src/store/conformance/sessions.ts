/** Sessions of people in a browser. */

import { describe, expect, it } from 'vitest';
import { codeOf, openWorld, taken, type OpenHubStore, type World } from './world.ts';

const hash = (digit: string): string => digit.repeat(64);

const offer = async ({ store, ada, newId }: World, more: { hash?: string; now?: number; expiresAt?: number } = {}) => {
  const made = { id: newId(), principalId: ada.id, hash: hash('a'), now: 10, expiresAt: 20, ...more };
  return taken(await store.sessions.offer(ada, made)).session;
};
const opened = { hash: hash('b'), now: 11, expiresAt: 100 };

export function sessionsOpenOnce(open: OpenHubStore): void {
  describe('sessions', () => {
    it('H1: are offered to people, by themselves and by the owner', async () => {
      const { store, owner, ada, ben, agent, newId } = await openWorld(open);
      const made = (principalId: string, digit: string) => {
        return { id: newId(), principalId, hash: hash(digit), now: 10, expiresAt: 20 };
      };
      expect(codeOf(await store.sessions.offer(ben, made(ada.id, 'a')))).toBe('forbidden');
      expect(codeOf(await store.sessions.offer(agent, made(ada.id, 'a')))).toBe('forbidden');
      expect(codeOf(await store.sessions.offer(owner, made(agent.id, 'a')))).toBe('conflict');
      expect(codeOf(await store.sessions.offer(owner, made('nobody', 'a')))).toBe('not_found');
      expect(codeOf(await store.sessions.offer(owner, made(ada.id, 'a')))).toBe('offered');
      expect(codeOf(await store.sessions.offer(ben, made(ben.id, 'b')))).toBe('offered');
    });

    it('H6: are opened once, also where two come at the same moment, in two processes', async () => {
      const world = await openWorld(open);
      const { id } = await offer(world);
      const other = await world.another();
      const outcomes = await Promise.all([
        world.store.sessions.open(id, opened),
        other.sessions.open(id, { ...opened, hash: hash('c') }),
        world.store.sessions.open(id, { ...opened, hash: hash('d') }),
      ]);
      expect(outcomes.map(codeOf).toSorted((a, b) => a.localeCompare(b))).toEqual([
        'opened',
        'unauthenticated',
        'unauthenticated',
      ]);
      expect(await world.store.sessions.candidates(hash('a'))).toEqual([]);
    });

    it('H6: are not opened when the link is too old, or was taken back', async () => {
      const world = await openWorld(open);
      const { store, ada } = world;
      const late = await offer(world);
      expect(codeOf(await store.sessions.open(late.id, { ...opened, now: 20 }))).toBe('unauthenticated');
      const back = await offer(world, { hash: hash('c') });
      taken(await store.sessions.end(ada, { sessionId: back.id, now: 11 }));
      expect(codeOf(await store.sessions.open(back.id, { ...opened, now: 12 }))).toBe('unauthenticated');
      expect(codeOf(await store.sessions.open('none', opened))).toBe('unauthenticated');
    });

    it('are ended by whose they are and by the owner, once, and to others there are none', async () => {
      const world = await openWorld(open);
      const { store, owner, ada, ben } = world;
      const { id } = await offer(world);
      taken(await store.sessions.open(id, opened));
      expect(codeOf(await store.sessions.end(ben, { sessionId: id, now: 12 }))).toBe('not_found');
      expect(taken(await store.sessions.end(owner, { sessionId: id, now: 13 })).session.endedAt).toBe(13);
      expect(taken(await store.sessions.end(ada, { sessionId: id, now: 14 })).session.endedAt).toBe(13);
      expect((await store.sessions.candidates(hash('b')))[0]?.session.endedAt).toBe(13);
    });

    it('are listed as long as they are offered or open, newest first and page by page', async () => {
      const world = await openWorld(open);
      const { store, owner, ada, newId } = world;
      const first = await offer(world, { expiresAt: 15 });
      const second = await offer(world, { hash: hash('c') });
      const others = { id: newId(), principalId: owner.id, hash: hash('d'), now: 10, expiresAt: 20 };
      taken(await store.sessions.offer(owner, others));
      const ids = async (principalId: string | undefined, now: number) =>
        (await store.sessions.list({ principalId, now, limit: 9 })).data.map(({ id }) => id);
      expect(await ids(undefined, 11)).toEqual([others.id, second.id, first.id]);
      expect(await ids(ada.id, 11)).toEqual([second.id, first.id]);
      expect(await ids(ada.id, 15)).toEqual([second.id]);
      const page = await store.sessions.list({ principalId: undefined, now: 11, limit: 2 });
      const next = await store.sessions.list({ principalId: undefined, now: 11, limit: 2, cursor: page.next });
      expect([...page.data, ...next.data].map(({ id }) => id)).toEqual([others.id, second.id, first.id]);
    });

    it('are forgotten a month after they have ended', async () => {
      const world = await openWorld(open);
      const { id } = await offer(world);
      const later = 20 + 30 * 86_400_000;
      await offer(world, { hash: hash('b'), now: later, expiresAt: later + 9 });
      expect(codeOf(await world.store.sessions.end(world.ada, { sessionId: id, now: later }))).toBe('ended');
      await offer(world, { hash: hash('c'), now: later + 1, expiresAt: later + 9 });
      expect(codeOf(await world.store.sessions.end(world.ada, { sessionId: id, now: later }))).toBe('not_found');
    });
  });
}
