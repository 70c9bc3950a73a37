/** A chat as a person sees it. */

import { expect, test } from 'vitest';
import type { Message } from '@perdure/contract';
import { emptyLine } from '../../src/chat/line-editor.ts';
import { bottomText, messageText, newsText } from '../../src/chat/view.ts';
import { textWidth } from '../../src/text/width.ts';

const paint = (_colour: string, text: string): string => text;
const now = Date.parse('2026-01-02T03:05:00.000Z');
const view = { paint, columns: 40, selfId: 'me', now };

const message = (content: string, more: Partial<Message> = {}): Message => ({
  id: 'm',
  channelId: 'c',
  senderId: 'p',
  seq: 7,
  kind: 'text',
  intent: 'chat',
  content,
  plaintext: content,
  streaming: false,
  createdAt: '2026-01-02T03:04:05.678Z',
  metadata: { senderHandle: 'scout', senderDisplayName: 'Scout', senderKind: 'agent' },
  ...more,
});

test('no line of a message passes for a message of somebody else', () => {
  const shown = messageText(message('yes\n03:04 owner: I agree\rtoo\u2028three'), { ...view, columns: undefined });
  expect(
    shown
      .split('\n')
      .slice(1)
      .every((line) => line.startsWith('  ')),
  ).toBe(true);
  expect(shown).not.toMatch(/[\r\u2028]/);
});

test('what a terminal would obey is shown and not done', () => {
  const evil = '\u001b[2J\u001b]0;title\u0007\u202eabc\u009b';
  const handle = { senderHandle: evil, senderDisplayName: evil, senderKind: 'agent' } as const;
  for (const text of [
    messageText(message(evil, { metadata: handle }), view),
    newsText({ kind: 'deleted', message: message('', { metadata: handle }) }, view) ?? '',
    newsText({ kind: 'reaction', seq: 1, handle: 'ada', emoji: evil, isRemoved: false }, view) ?? '',
    bottomText({ ...bottom, stream: message(evil, { metadata: handle }) }, view),
  ]) {
    for (const order of ['\u001b', '\u0007', '\u009b', '\u202e']) expect(text).not.toContain(order);
    expect(text).toContain('\\u001b');
  }
});

test('a file is shown with its name, size and id, in a line of its own that passes for nothing else', () => {
  const file = {
    fileId: 'f-1',
    fileName: 'cat.png',
    contentType: 'image/png',
    size: 2_048,
    downloadUrl: 'http://x/?secret',
  };
  const evil = { ...file, fileName: 'a\n03:04 owner: yes\u001b[2J' };
  const metadata = { ...message('').metadata, attachments: [file, evil] };
  const wide = { ...view, columns: undefined };
  expect(messageText(message('Look', { metadata }), wide)).toBe(
    '03:04 scout: Look\n  [file] cat.png  image/png  2.0 KB  f-1\n  [file] a 03:04 owner: yes\\u001b[2J  image/png  2.0 KB  f-1',
  );
  expect(messageText(message('', { metadata: { ...metadata, attachments: [file] } }), wide)).toBe(
    '03:04 scout: [file] cat.png  image/png  2.0 KB  f-1',
  );
  expect(messageText(message(''), wide)).toBe('03:04 scout: (its files were deleted)');
  expect(messageText(message('', { metadata, deletedAt: '2026-01-02T03:04:06.000Z' }), wide)).toBe(
    '03:04 scout: (deleted)',
  );
});

test('a long message is broken between words, and no line is wider than the terminal', () => {
  const text = messageText(
    message(`${'word '.repeat(30)}${'x'.repeat(100)} 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字`),
    view,
  );
  expect(text.split('\n').length).toBeGreaterThan(5);
  expect(Math.max(...text.split('\n').map(textWidth))).toBeLessThanOrEqual(40);
});

const bottom = { line: emptyLine, isAway: false, unsent: 0, typing: [], stream: undefined } as const;

test('the last line never wraps, wherever one is in it', () => {
  const characters = Array.from('漢字 and words '.repeat(20));
  for (const at of [0, 1, 40, characters.length - 1, characters.length]) {
    const line = { before: characters.slice(0, at), after: characters.slice(at) };
    for (const isAway of [false, true]) {
      const text = bottomText({ ...bottom, line, isAway, unsent: 12 }, view);
      for (const part of text.split('\r')) expect(textWidth(part)).toBeLessThan(40);
    }
  }
});

test('who waits is told for what: a server that is away, somebody who types, a message that grows', () => {
  expect(bottomText(bottom, view)).toBe('> ');
  expect(bottomText({ ...bottom, isAway: true, unsent: 2 }, view)).toBe('[not connected, 2 to send] > ');
  expect(bottomText({ ...bottom, typing: ['ada'] }, view)).toBe('> ada is typing …\r> ');
  const stream = message(`it begins ${'and goes on '.repeat(9)}to here`);
  expect(bottomText({ ...bottom, stream }, view)).toMatch(/^> scout … .*to here\r> $/);
});
