/** Messages: numbers without gaps, sends that may be repeated, edits, reactions. */

import { describe, expect, it } from 'vitest';
import type { HubStore } from '../../core/ports.ts';
import { codeOf, openGroup, openWorld, said, taken, type OpenHubStore } from './world.ts';

const seqsOf = async (store: HubStore, channelId: string): Promise<readonly number[]> =>
  (await store.messages.read(channelId, { after: 0, limit: 1_000 })).map(({ message }) => message.seq);
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

export function messagesAreNumbered(open: OpenHubStore): void {
  describe('messages', () => {
    it('are numbered from 1 without a gap, however many send at once from however many processes', async () => {
      const world = await openWorld(open);
      const { store, another, ada, ben, agent, newId } = world;
      const other = await another();
      const channelId = await openGroup(world);
      const sends = [ada, ben, agent].flatMap((by) =>
        upTo(20).map((n) => (n % 2 === 0 ? store : other).messages.send(by, said(channelId, { id: newId() }))),
      );
      const sent = (await Promise.all(sends)).map((outcome) => taken(outcome).stored.message.seq);
      expect(sent.toSorted((a, b) => a - b)).toEqual(upTo(60));
      expect(await seqsOf(store, channelId)).toEqual(upTo(60));
    });

    it('are one under one key of one sender in one channel, also where twenty send it at once', async () => {
      const world = await openWorld(open);
      const { store, ada, ben, newId } = world;
      const [channelId, elsewhere] = [await openGroup(world), await openGroup(world)];
      const send = async (by: typeof ada, where: string, content = 'hello') =>
        taken(await store.messages.send(by, said(where, { id: newId(), clientKey: 'hermes-1', content })));
      const outcomes = await Promise.all(upTo(20).map(() => send(ada, channelId)));
      expect(outcomes.map(({ kind }) => kind)).toEqual(['sent', ...upTo(19).map(() => 'repeated')]);
      expect(new Set(outcomes.map(({ stored }) => stored.message.id)).size).toBe(1);
      expect((await send(ada, channelId, 'another content')).stored.message.content).toBe('hello');
      expect((await send(ben, channelId)).kind).toBe('sent');
      const under = async (senderId: string, clientKey: string) =>
        (await store.messages.sentUnder({ channelId, senderId, clientKey }))?.message.seq;
      expect([await under(ada.id, 'hermes-1'), await under(ben.id, 'hermes-1')]).toEqual([1, 2]);
      expect([await under(ada.id, 'hermes-2'), await under('none', 'hermes-1')]).toEqual([undefined, undefined]);
      expect((await send(ada, elsewhere)).kind).toBe('sent');
      expect(await seqsOf(store, channelId)).toEqual([1, 2]);
    });

    it('belong to the thread of what they answer, also where that is an answer itself', async () => {
      const world = await openWorld(open);
      const { store, ada, ben, newId } = world;
      const channelId = await openGroup(world);
      const reply = async (replyTo?: string) =>
        taken(await store.messages.send(ada, said(channelId, { id: newId(), replyTo }))).stored.message;
      const root = await reply();
      const answer = await reply(root.id);
      expect([root.threadRootId, answer.threadRootId, (await reply(answer.id)).threadRootId]).toEqual([
        undefined,
        root.id,
        root.id,
      ]);
      const elsewhere = await openGroup(world);
      for (const replyTo of ['none', root.id]) {
        const outcome = await store.messages.send(ben, said(elsewhere, { id: newId(), replyTo }));
        expect(codeOf(outcome)).toBe('invalid_input');
      }
      expect(await seqsOf(store, elsewhere)).toEqual([]);
    });

    it('H2: are not sent to a channel that one is not in, which does not exist for one', async () => {
      const world = await openWorld(open);
      const { store, owner, outsider, newId } = world;
      const channelId = await openGroup(world);
      expect(codeOf(await store.messages.send(outsider, said(channelId, { id: newId() })))).toBe('not_found');
      expect(codeOf(await store.messages.send(outsider, said('none', { id: newId() })))).toBe('not_found');
      expect(codeOf(await store.messages.send(owner, said(channelId, { id: newId() })))).toBe('forbidden');
      expect(await seqsOf(store, channelId)).toEqual([]);
    });

    it('are kept as they are, to the character', async () => {
      const world = await openWorld(open);
      const { store, ada, newId } = world;
      const channelId = await openGroup(world);
      const content = `It's "quoted"\n\ttwice: \u0000 👩‍🚀 ﷽ \u202e \\u0041 ${'x'.repeat(10_000)}`;
      const { stored } = taken(await store.messages.send(ada, said(channelId, { id: newId(), content })));
      expect(stored.message.content).toBe(content);
      expect(stored.sender).toEqual({ handle: 'ada', displayName: 'ADA', kind: 'human' });
    });

    it('are read forward from a number, and backward from one', async () => {
      const world = await openWorld(open);
      const { store, ada, newId } = world;
      const channelId = await openGroup(world);
      for (let n = 0; n < 5; n += 1) taken(await store.messages.send(ada, said(channelId, { id: newId() })));
      const read = async (range: Parameters<HubStore['messages']['read']>[1]) =>
        (await store.messages.read(channelId, range)).map(({ message }) => message.seq);
      expect(await read({ after: 2, limit: 2 })).toEqual([3, 4]);
      expect(await read({ before: 4, limit: 2 })).toEqual([2, 3]);
      expect(await read({ before: undefined, limit: 2 })).toEqual([4, 5]);
    });
  });

  describe('a message', () => {
    it('is edited by its sender alone, and keeps its number', async () => {
      const world = await openWorld(open);
      const { store, owner, ada, ben, outsider, newId } = world;
      const channelId = await openGroup(world);
      const { message } = taken(await store.messages.send(ada, said(channelId, { id: newId() }))).stored;
      const edit = { channelId, messageId: message.id, content: 'better', isStreaming: true, now: 20 };
      expect(codeOf(await store.messages.edit(ben, edit))).toBe('forbidden');
      expect(codeOf(await store.messages.edit(owner, edit))).toBe('forbidden');
      expect(codeOf(await store.messages.edit(outsider, edit))).toBe('not_found');
      expect(codeOf(await store.messages.edit(ada, { ...edit, channelId: await openGroup(world) }))).toBe('not_found');
      const edited = taken(await store.messages.edit(ada, edit)).stored.message;
      expect(edited).toEqual({ ...message, content: 'better', editedAt: 20, streamingUntil: 30_020 });
      const final = taken(await store.messages.edit(ada, { ...edit, isStreaming: false, now: 30 })).stored.message;
      expect(final).toEqual({ ...message, content: 'better', editedAt: 30 });
    });

    it('is deleted with its content by its sender or the owner, once', async () => {
      const world = await openWorld(open);
      const { store, owner, ada, ben, newId } = world;
      const channelId = await openGroup(world);
      const { message } = taken(await store.messages.send(ada, said(channelId, { id: newId() }))).stored;
      const of = { channelId, messageId: message.id, now: 20 };
      expect(codeOf(await store.messages.remove(ben, of))).toBe('forbidden');
      const removed = taken(await store.messages.remove(owner, of));
      expect(removed).toMatchObject({ kind: 'changed', stored: { message: { content: '', deletedAt: 20, seq: 1 } } });
      expect(taken(await store.messages.remove(ada, { ...of, now: 30 })).kind).toBe('same');
      const edit = { ...of, content: 'back', isStreaming: false };
      expect(codeOf(await store.messages.edit(ada, edit))).toBe('conflict');
    });

    it('has each reaction of each principal once, and at most twenty of one', async () => {
      const world = await openWorld(open);
      const { store, ada, ben, outsider, newId } = world;
      const channelId = await openGroup(world);
      const { message } = taken(await store.messages.send(ada, said(channelId, { id: newId() }))).stored;
      const react = async (by: typeof ada, emoji: string, isRemoval = false) =>
        await store.messages.react(by, { channelId, messageId: message.id, emoji, isRemoval, now: 20 });
      expect(codeOf(await react(ada, '👍'))).toBe('changed');
      expect(codeOf(await react(ada, '👍'))).toBe('same');
      expect(codeOf(await react(ben, '👍'))).toBe('changed');
      expect(codeOf(await react(outsider, '👍'))).toBe('not_found');
      expect(taken(await react(ben, '👎', true)).kind).toBe('same');
      const left = taken(await react(ada, '👍', true)).stored.reactions;
      expect(left).toEqual([{ principalId: ben.id, emoji: '👍' }]);
      for (const n of upTo(20)) expect(codeOf(await react(ada, `e${n}`))).toBe('changed');
      expect(codeOf(await react(ada, 'one too many'))).toBe('conflict');
    });
  });
}
