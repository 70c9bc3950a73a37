/** What of a channel is new, whatever a connection brings again. */

import { expect, test } from 'vitest';
import type { Message, ServerFrame } from '@perdure/contract';
import { Room } from '../../src/chat/room.ts';

const channelId = 'c';

function message(seq: number, more: Partial<Message> = {}): Message {
  const content = more.content ?? `number ${seq}`;
  return {
    id: `m${seq}`,
    channelId,
    senderId: 'p-scout',
    seq,
    kind: 'text',
    intent: 'chat',
    content,
    plaintext: content,
    streaming: false,
    createdAt: '2026-01-02T03:04:05.678Z',
    metadata: { senderHandle: 'scout', senderDisplayName: 'Scout', senderKind: 'agent' },
    ...more,
  };
}

const said = (seq: number, more?: Partial<Message>): ServerFrame => ({ type: 'message', message: message(seq, more) });
const updated = (seq: number, more?: Partial<Message>): ServerFrame => ({
  type: 'message.updated',
  message: message(seq, more),
});
const roomAt = (cursor: number) => new Room({ channelId, cursor, handles: new Map([['p-ada', 'ada']]) });

test('a message that comes again, or of another channel, is not shown, and the cursor goes only forward', () => {
  const room = roomAt(2);
  const kinds = [said(3), said(3), said(1), said(4), said(9, { channelId: 'other' })].map(
    (frame) => room.take(frame)?.kind,
  );
  expect(kinds).toEqual(['message', undefined, undefined, 'message', undefined]);
  expect(room.cursors).toEqual({ c: 4 });
});

test('an edit that comes before its message is not lost', () => {
  const room = roomAt(0);
  expect(room.take(updated(1, { content: 'whole' }))).toBeUndefined();
  expect(room.take(said(1, { content: 'half' }))).toMatchObject({ kind: 'message', message: { content: 'whole' } });
});

test('an edit is told once, and its end where nothing else has changed', () => {
  const room = roomAt(0);
  room.take(said(1, { content: 'a' }));
  const streaming = { content: 'a b', streaming: true };
  expect(room.take(updated(1, streaming))).toMatchObject({ kind: 'edited' });
  expect(room.take(updated(1, streaming))).toBeUndefined();
  expect(room.take(updated(1, { content: 'a b' }))).toMatchObject({ kind: 'edited', message: { streaming: false } });
});

test('a file that is deleted out of a message is told, once', () => {
  const file = { fileId: 'f', fileName: 'a', contentType: 'b', size: 1, downloadUrl: 'http://x/' };
  const { metadata } = message(1);
  const room = roomAt(0);
  room.take(said(1, { metadata: { ...metadata, attachments: [file] } }));
  const fresh = { ...file, downloadUrl: 'http://x/again' };
  expect(room.take(updated(1, { metadata: { ...metadata, attachments: [fresh] } }))).toBeUndefined();
  expect(room.take(updated(1))).toMatchObject({ kind: 'edited' });
  expect(room.take(updated(1))).toBeUndefined();
});

test('what was edited or deleted while nobody was connected is found by looking again', () => {
  const room = roomAt(0);
  for (const seq of [1, 2, 3]) room.take(said(seq));
  const now = [message(1), message(2, { content: 'other' }), message(3, { deletedAt: '2026-01-02T03:05:00.000Z' })];
  expect(room.compare([...now, message(4)]).map(({ kind }) => kind)).toEqual(['edited', 'deleted']);
  expect(room.compare(now)).toEqual([]);
  expect(room.cursor).toBe(3);
});

test('who types and who reacts is named by their handle, and one who is not known by none', () => {
  const room = roomAt(0);
  room.take(said(1));
  const reaction = { type: 'reaction', channelId, messageId: 'm1', emoji: '+', isRemoved: false } as const;
  expect(room.take({ ...reaction, principalId: 'p-ada' })).toMatchObject({ handle: 'ada', seq: 1 });
  expect(room.take({ ...reaction, principalId: 'p-new' })).toMatchObject({ handle: 'somebody' });
  expect(room.take({ ...reaction, messageId: 'm9', principalId: 'p-ada' })).toBeUndefined();
  const typing = { type: 'typing', principalId: 'p-scout', expiresAt: '2026-01-02T03:05:00.000Z' } as const;
  expect(room.take({ ...typing, channelId })).toMatchObject({ kind: 'typing', handle: 'scout' });
  expect(room.take({ ...typing, channelId: 'other' })).toBeUndefined();
});
