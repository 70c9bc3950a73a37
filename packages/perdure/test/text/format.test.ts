import { expect, test } from 'vitest';
import {
  firstSentence,
  formatDuration,
  oneLine,
  printable,
  shellWord,
  shortIds,
  unfolded,
  visibleJson,
} from '../../src/text/format.ts';
import { runId } from '../builders.ts';

test('JSON shows every character that a terminal would swallow or obey, and means the same', () => {
  const value = { command: 'a\u001b[2J\u009b31m\u202egnp.exe\n\u{e0041}é😀' };
  const text = visibleJson(value, 2);
  expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
  expect(text).toContain('é😀');
  expect(JSON.parse(text)).toEqual(value);
});

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1_000, '1.0 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min'],
  [252_000, '4 min 12 s'],
  [7_500_000, '2 h 5 min'],
  [273_600_000, '3 d 4 h'],
])('%d ms reads %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('a word for the shell survives quotes, blanks and dollar signs', () => {
  expect(shellWord('/plain/path-1')).toBe('/plain/path-1');
  expect(shellWord(`it's $HOME`)).toBe(`'it'\\''s $HOME'`);
});

test('short ids are long enough to differ', () => {
  const twin = `${runId.slice(0, 20)}${'f'.repeat(16)}`;
  expect(shortIds([runId])).toEqual(['019a1b2c-3d4e']);
  expect(new Set(shortIds([runId, twin])).size).toBe(2);
});

test('control characters of others are shown as what they are, line breaks and languages stay', () => {
  expect(printable('a\u001b[31m\u0007\u009bb\n\tc\r\nd\re')).toBe('a\\u001b[31m\\u0007\\u009bb\n\tc\nd\\u000de');
  expect(printable('no\u0000te \u202e\u2066\u200b')).toBe('no\\u0000te \\u202e\\u2066\\u200b');
  expect(printable('👩‍👩‍👧 ❤️ می‌خواهم')).toBe('👩‍👩‍👧 ❤️ می‌خواهم');
});

test('text of others in one line has no line break, and no more characters than were allowed', () => {
  expect(oneLine(' a\n\tb\u001b[2J  c ', 20)).toBe('a b\\u001b[2J c');
  expect(oneLine('abcdef', 6)).toBe('abcdef');
  expect(oneLine('abcdefg', 6)).toBe('abcde…');
});

test('JSON in a text is shown as JSON, and every other text as it is', () => {
  const text = JSON.stringify({ messages: [{ content: '{"n":[1]}' }] });
  expect(unfolded({ text, list: ['[x]', ' [1]'], 'a b': 'a {"b":1}', no: null })).toEqual({
    text: { messages: [{ content: { n: [1] } }] },
    list: ['[x]', [1]],
    'a b': 'a {"b":1}',
    no: null,
  });
});

test.each([
  ['Fetches a page. Use it for one page at a time.', 'Fetches a page.'],
  ['Reads a file, e.g. a report, up to 1.5 MB of it', 'Reads a file, e.g. a report, up to 1.5 MB of it'],
  ['Asks a person\nand waits! Never twice.', 'Asks a person and waits!'],
])('of %j the first sentence is %j', (text, sentence) => {
  expect(firstSentence(text)).toBe(sentence);
});
