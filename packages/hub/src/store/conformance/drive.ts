/** Files of the drive: three steps, whose they are, and which messages bring them. */

import { describe, expect, it } from 'vitest';
import type { RegisterFile, ReserveFile, UploadFile } from '../../core/drive/decide-file.ts';
import { unfinishedMs } from '../../core/drive/states.ts';
import { codeOf, openGroup, openWorld, putFile, said, taken, type OpenHubStore } from './world.ts';

const reservation: ReserveFile = { id: 'f', fileName: 'a.txt', contentType: 'text/plain', size: 3, now: 10 };
const upload: UploadFile = { fileId: 'f', size: 3, sha256: 'ab', blob: 'b', now: 11 };
const registration: RegisterFile = { fileId: 'f', s3Key: 'drive/f', size: 3, channelId: undefined, now: 12 };

export function filesComeInThreeSteps(open: OpenHubStore): void {
  describe('a file', () => {
    it('comes in three steps, each in its turn, and is what it was said to be', async () => {
      const { drive, ada } = await openWorld(open);
      expect(codeOf(await drive.register(ada, registration))).toBe('not_found');
      expect(codeOf(await drive.upload(upload))).toBe('not_found');
      taken(await drive.reserve(ada, reservation));
      expect(codeOf(await drive.register(ada, registration)), 'before its bytes').toBe('conflict');
      taken(await drive.upload(upload));
      const { kind, file } = taken(await drive.register(ada, registration));
      expect(kind).toBe('registered');
      expect(file).toEqual({
        id: 'f',
        state: 'registered',
        ownerId: ada.id,
        fileName: 'a.txt',
        contentType: 'text/plain',
        size: 3,
        blob: 'b',
        sha256: 'ab',
        reservedAt: 10,
        registeredAt: 12,
      });
      expect(await drive.find('f')).toEqual(file);
      expect(taken(await drive.register(ada, { ...registration, now: 99 }))).toEqual({ kind: 'same', file });
    });

    it('D3: takes bytes once, also where two come at once, and within its hour', async () => {
      const { drive, ada } = await openWorld(open);
      taken(await drive.reserve(ada, reservation));
      const late = { ...upload, now: 10 + unfinishedMs };
      expect(codeOf(await drive.upload(late))).toBe('not_found');
      const outcomes = await Promise.all(['b1', 'b2', 'b3'].map((blob) => drive.upload({ ...upload, blob })));
      expect(outcomes.map(codeOf)).toEqual(['uploaded', 'conflict', 'conflict']);
      expect(await drive.find('f')).toMatchObject({ state: 'uploaded', blob: 'b1' });
      taken(await drive.register(ada, registration));
      expect(codeOf(await drive.upload({ ...upload, blob: 'b4' }))).toBe('conflict');
    });

    it('D1: has as many bytes as were said, or is none', async () => {
      const { drive, ada } = await openWorld(open);
      taken(await drive.reserve(ada, reservation));
      for (const size of [0, 2, 4]) expect(codeOf(await drive.upload({ ...upload, size }))).toBe('invalid_input');
      taken(await drive.upload(upload));
      expect(codeOf(await drive.register(ada, { ...registration, size: 4 }))).toBe('invalid_input');
    });

    it('is of whoever asked for it: to others there is none, and none is registered for them', async () => {
      const { drive, owner, ada, ben } = await openWorld(open);
      taken(await drive.reserve(ada, reservation));
      taken(await drive.upload(upload));
      for (const by of [ben, owner]) expect(codeOf(await drive.register(by, registration))).toBe('not_found');
      expect(codeOf(await drive.register(ada, { ...registration, s3Key: 'drive/other' }))).toBe('invalid_input');
      expect(codeOf(await drive.register(ada, { ...registration, channelId: 'none' }))).toBe('not_found');
      taken(await drive.register(ada, registration));
      expect(codeOf(await drive.get(ben, 'f'))).toBe('not_found');
      expect(codeOf(await drive.remove(ben, 'f'))).toBe('not_found');
      expect(codeOf(await drive.get(owner, 'f'))).toBe('seen');
      expect((await drive.list(ben, { limit: 9, which: 'own' })).data).toEqual([]);
    });

    it('D2: that nobody goes on with is removed, and one that is registered is not', async () => {
      const world = await openWorld(open);
      const { drive, ada } = world;
      const kept = await putFile(world, ada);
      taken(await drive.reserve(ada, reservation));
      taken(await drive.upload(upload));
      taken(await drive.reserve(ada, { ...reservation, id: 'g' }));
      expect(await drive.expire(10 + unfinishedMs - 1)).toEqual([]);
      expect(await drive.expire(10 + unfinishedMs), 'bytes that have come have an hour of their own').toEqual([]);
      expect(await drive.find('g')).toBeUndefined();
      expect(await drive.expire(11 + unfinishedMs)).toEqual(['b']);
      expect(await drive.blobs()).toEqual(new Set([kept.blob]));
    });

    it('is called by the last part of a path, and by a name of ours where nothing is left of it', async () => {
      const { drive, ada, newId } = await openWorld(open);
      const nameOf = async (fileName: string) =>
        taken(await drive.reserve(ada, { ...reservation, id: newId(), fileName })).file.fileName;
      expect(await nameOf('../../etc/passwd')).toBe('passwd');
      expect(await nameOf('C:\\Users\\ada\\notes.txt')).toBe('notes.txt');
      for (const odd of ['..', '.', 'a/', 'a/..', '\\', '/ ']) expect(await nameOf(odd), odd).toBe('file');
      expect(await nameOf('.profile')).toBe('.profile');
    });

    it('is listed newest first, page by page, to whoever put it up; to the owner, all', async () => {
      const world = await openWorld(open);
      const { drive, owner, ada, ben } = world;
      const [first, second, third] = [await putFile(world, ada), await putFile(world, ada), await putFile(world, ben)];
      taken(await drive.reserve(ada, { ...reservation, id: 'id-9999' }));
      const page = await drive.list(ada, { limit: 1, which: 'own' });
      expect(page).toEqual({ data: [{ file: second }], next: second.id });
      expect(await drive.list(ada, { limit: 1, cursor: second.id, which: 'own' })).toEqual({ data: [{ file: first }] });
      expect((await drive.list(owner, { limit: 9, which: 'all' })).data.map(({ file }) => file)).toEqual([
        third,
        second,
        first,
      ]);
    });
  });

  filesAreSent(open);
}

function filesAreSent(open: OpenHubStore): void {
  describe('a message with files', () => {
    it('brings those of its sender, each once and in order, and no others', async () => {
      const world = await openWorld(open);
      const { store, drive, ada, ben, newId } = world;
      const channelId = await openGroup(world);
      const [one, two, foreign] = [await putFile(world, ada), await putFile(world, ada), await putFile(world, ben)];
      taken(await drive.reserve(ada, reservation));
      const send = async (...attachmentIds: string[]) =>
        await store.messages.send(ada, said(channelId, { id: newId(), content: '', attachmentIds }));
      for (const odd of [foreign.id, 'f', 'none']) expect(codeOf(await send(one.id, odd)), odd).toBe('invalid_input');
      const { attachments } = taken(await send(two.id, one.id, two.id)).stored;
      expect(attachments.map(({ fileId }) => fileId)).toEqual([two.id, one.id]);
      expect(attachments[0]).toEqual({ fileId: two.id, fileName: 'a.txt', contentType: 'text/plain', size: 1 });
      expect(
        (await store.messages.read(channelId, { after: 0, limit: 9 })).map((stored) => stored.attachments),
      ).toEqual([attachments]);
    });

    it('D3: is in the list of what its members were sent, with that message, and in nobody else’s', async () => {
      const world = await openWorld(open);
      const { store, drive, ada, ben, outsider, newId } = world;
      const channelId = await openGroup(world);
      const [file, again] = [await putFile(world, ada), await putFile(world, ada)];
      await putFile(world, ada);
      const [one, two] = [newId(), newId()];
      taken(await store.messages.send(ada, said(channelId, { id: one, attachmentIds: [file.id, again.id] })));
      taken(await store.messages.send(ada, said(channelId, { id: two, attachmentIds: [file.id] })));
      const received = async (by: typeof ada, cursor = '') =>
        await drive.list(by, { limit: 1, cursor, which: 'received' });
      expect(await received(ben)).toEqual({ data: [{ file: again, messageId: one }], next: again.id });
      expect((await received(ben, again.id)).data).toMatchObject([{ file, messageId: expect.toBeOneOf([one, two]) }]);
      for (const by of [ada, outsider]) expect(await received(by)).toEqual({ data: [] });
      taken(await store.messages.remove(ada, { channelId, messageId: one, now: 99 }));
      expect(await received(ben)).toEqual({ data: [{ file, messageId: two }] });
    });

    it('reaches agents as a text where a person sends it, and as an attachment where an agent does', async () => {
      const world = await openWorld(open);
      const { store, ada, agent, newId } = world;
      const channelId = await openGroup(world);
      const kindOf = async (by: typeof ada) => {
        const attachmentIds = [(await putFile(world, by)).id];
        const message = said(channelId, { id: newId(), kind: 'attachment', content: '', attachmentIds });
        return taken(await store.messages.send(by, message)).stored.message.kind;
      };
      expect(await kindOf(ada)).toBe('text');
      expect(await kindOf(agent)).toBe('attachment');
    });

    it('D3: lets members of its channel see the file, and its link lead there, until it is deleted', async () => {
      const world = await openWorld(open);
      const { store, drive, ada, ben, outsider, newId } = world;
      const channelId = await openGroup(world);
      const { id: fileId } = await putFile(world, ada);
      const messageId = newId();
      taken(await store.messages.send(ada, said(channelId, { id: messageId, attachmentIds: [fileId] })));
      expect(await drive.get(ben, fileId)).toMatchObject({ kind: 'seen', messageId });
      expect(codeOf(await drive.get(outsider, fileId))).toBe('not_found');
      expect(codeOf(await drive.remove(ben, fileId))).toBe('forbidden');
      expect(await drive.linked({ fileId, messageId })).toMatchObject({ id: fileId });
      expect(await drive.linked({ fileId, messageId: 'other' })).toBeUndefined();
      taken(await store.messages.remove(ada, { channelId, messageId, now: 20 }));
      expect(await drive.linked({ fileId, messageId })).toBeUndefined();
      expect(codeOf(await drive.get(ben, fileId))).toBe('not_found');
      expect(await drive.linked({ fileId }), 'whoever put it up keeps it').toMatchObject({ id: fileId });
    });

    it('loses a file that is deleted, and stays', async () => {
      const world = await openWorld(open);
      const { store, drive, ada, newId } = world;
      const channelId = await openGroup(world);
      const [one, two] = [await putFile(world, ada), await putFile(world, ada)];
      const messageId = newId();
      const attachmentIds = [one.id, two.id];
      taken(await store.messages.send(ada, said(channelId, { id: messageId, attachmentIds })));
      const removed = taken(await drive.remove(ada, one.id));
      expect([removed.file.blob, removed.messageIds]).toEqual([one.blob, [messageId]]);
      expect((await store.messages.get(messageId))?.attachments.map(({ fileId }) => fileId)).toEqual([two.id]);
      expect(await drive.linked({ fileId: one.id, messageId })).toBeUndefined();
      expect(codeOf(await drive.remove(ada, one.id))).toBe('not_found');
    });

    it('is answered again under its key, also when its file is gone', async () => {
      const world = await openWorld(open);
      const { store, drive, ada, newId } = world;
      const channelId = await openGroup(world);
      const { id } = await putFile(world, ada);
      const send = async () =>
        await store.messages.send(ada, said(channelId, { id: newId(), clientKey: 'k', attachmentIds: [id] }));
      const first = taken(await send()).stored.message;
      taken(await drive.remove(ada, id));
      expect(taken(await send())).toMatchObject({ kind: 'repeated', stored: { message: first, attachments: [] } });
    });
  });
}
