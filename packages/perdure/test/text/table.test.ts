import { expect, test } from 'vitest';
import { formatTable } from '../../src/text/table.ts';
import { columnsOf, cutText, textWidth, wrapText } from '../../src/text/width.ts';

const rows = [
  ['ID', 'STATUS', 'DESCRIPTION', 'TOKENS'],
  ['019a1b2c-3d4e', 'waiting for a person', 'Plans a trip with a person, and books it where it was approved', '9,649'],
];

test('a table has no line that ends in spaces', () => {
  expect(
    formatTable([
      ['a', 'long', ''],
      ['bb', 'c', 'd'],
    ]),
  ).toEqual(['a   long', 'bb  c     d']);
});

test.each([120, 80, 50])(
  'on a terminal of %d columns no line is longer, and no word of what stays is lost',
  (columns) => {
    const lines = formatTable(rows, { columns, spare: [3] });
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(columns);
    const words = lines.join(' ').split(/\s+/);
    for (const word of 'waiting for a person Plans trip with and books it where was approved'.split(' ')) {
      expect(words).toContain(word);
    }
  },
);

test('texts are broken within their column before a column goes, and the one that can be spared goes first', () => {
  expect(formatTable(rows, { columns: 80, spare: [3] })).toMatchInlineSnapshot(`
    [
      "ID             STATUS                DESCRIPTION                          TOKENS",
      "019a1b2c-3d4e  waiting for a person  Plans a trip with a person, and      9,649",
      "                                     books it where it was approved",
    ]
  `);
  expect(formatTable(rows, { columns: 42, spare: [3] })).toMatchInlineSnapshot(`
    [
      "ID             STATUS        DESCRIPTION",
      "019a1b2c-3d4e  waiting for   Plans a trip",
      "               a person      with a",
      "                             person, and",
      "                             books it",
      "                             where it was",
      "                             approved",
    ]
  `);
});

test('without a terminal nothing is cut or broken, and a command never is', () => {
  expect(formatTable(rows)[1]).toContain('Plans a trip with a person, and books it where it was approved  9,649');
  const command = `perdure waits answer 019a1b2c-4444 ${'x'.repeat(80)}`;
  expect(formatTable([['  with', { whole: command }]], { columns: 50 })).toEqual([`  with  ${command}`]);
});

test('characters that take two columns are counted as two, and colours as none', () => {
  expect(textWidth('東京')).toBe(4);
  expect(textWidth('\u001b[32mok\u001b[39m')).toBe(2);
  expect(cutText('東京都', 5)).toBe('東京…');
  expect(wrapText('東京都', 4)).toEqual(['東京', '都']);
  expect(wrapText('a long word: abcdefgh', 6)).toEqual(['a long', 'word:', 'abcdef', 'gh']);
});

test.each([
  [{}, { isTTY: true, columns: 132 }, 132],
  [{ COLUMNS: '50' }, { isTTY: true, columns: 132 }, 50],
  [{ COLUMNS: 'wide' }, { isTTY: true }, 80],
  [{ COLUMNS: '3' }, { isTTY: true }, 30],
  [{ COLUMNS: '50' }, { columns: 132 }, undefined],
])('the environment %j and the stream %j have %s columns', (env, stream, columns) => {
  expect(columnsOf(env, { ...stream, write: () => true })).toBe(columns);
});

test('a long word of prose is broken before a column is spared', () => {
  const tools = [
    ['ID', 'FROM', 'EFFECT', 'APPROVAL', 'DESCRIPTION'],
    ['write-file', 'shipped', 'idempotent', 'each call', `Set \`PERDURE_SQL_DATABASE=/path/to/file.db\` first.`],
  ];
  const options = { columns: 80, spare: [1], endsInProse: true };
  const lines = formatTable(tools, options);
  expect(lines[0]).toBe('ID          FROM     EFFECT      APPROVAL   DESCRIPTION');
  expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(80);
  expect(formatTable(tools, { ...options, columns: 50 })[0]).not.toContain('FROM');
});
