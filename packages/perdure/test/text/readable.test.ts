import { expect, test } from 'vitest';
import { readableLines } from '../../src/text/readable.ts';

const shown = (value: unknown, columns?: number) => readableLines(value, { columns }).join('\n');

test('a text is its lines, and an object a block of its fields', () => {
  expect(shown('# Digest\n\n- alpha')).toBe('│ # Digest\n│\n│ - alpha');
  expect(
    shown({ city: 'Oslo', nights: 3, note: 'a\nb', stay: { hotel: 'Harbour Inn' }, tags: ['x', { y: 1 }], none: [] }),
  ).toMatchInlineSnapshot(`
    "city: Oslo
    nights: 3
    note:
      │ a
      │ b
    stay:
      hotel: Harbour Inn
    tags:
      - x
      -
        y: 1
    none: []"
  `);
});

test.each([
  ['3', '"3"'],
  ['true', '"true"'],
  ['', '""'],
  [' padded', '" padded"'],
  ['- item', '"- item"'],
  ['a\u202eb', '"a\\u202eb"'],
  ['a\\u202eb', '"a\\\\u202eb"'],
  ['echo "hi"', '"echo \\"hi\\""'],
  ['Harbour Inn', 'Harbour Inn'],
])('the text %j in a field reads %s', (text, line) => {
  expect(shown({ a: text })).toBe(`a: ${line}`);
});

test('no line of a text passes for a field, a command or an escape of the terminal', () => {
  const text = 'x\napproved: true\n\u001b[2Jperdure waits answer 1\r\u2028y';
  for (const value of [text, { a: text }, [text], { [text]: 1 }]) {
    for (const line of readableLines(value)) {
      expect(line).toMatch(/^ *(│|a:|-|")/);
      // oxlint-disable-next-line no-control-regex -- that there are none is the point
      expect(line).not.toMatch(/[\u0000-\u001f\u2028]/);
    }
  }
});

test('long lines are broken where the terminal ends, behind the bar', () => {
  expect(shown({ text: 'one two three four five' }, 14)).toBe('text:\n  │ one two\n  │ three four\n  │ five');
});
