import { describe, expect, test } from 'vitest';
import { CallDrafts } from '../../src/wire/calls.ts';
import { Oddity } from '../../src/wire/oddity.ts';
import type { CallPiece } from '../../src/wire/piece.ts';

function callsOf(pieces: readonly Omit<CallPiece, 'kind'>[], isCut = false) {
  const drafts = new CallDrafts();
  for (const piece of pieces) drafts.add({ kind: 'call', ...piece });
  return drafts.finish({ isCut });
}

describe('calls are told apart', () => {
  const both = [
    { id: 'a', tool: 'close', arguments: {} },
    { id: 'b', tool: 'comment', arguments: { text: 'x' } },
  ];

  test.each<[string, readonly Omit<CallPiece, 'kind'>[]]>([
    [
      'by index',
      [
        { index: 0, id: 'a', tool: 'close', text: '' },
        { index: 1, id: 'b', tool: 'comment', text: '{"te' },
        { index: 0, text: '{}' },
        { index: 1, text: 'xt":"x"}' },
      ],
    ],
    [
      'by id where all have the index 0',
      [
        { index: 0, id: 'a', tool: 'close', text: '' },
        { index: 0, id: 'b', tool: 'comment', text: '{"text":"x"}' },
      ],
    ],
    [
      'by id where there is no index',
      [{ id: 'a', tool: 'close', text: '{}' }, { id: 'b', tool: 'comment', text: '{"text":' }, { text: '"x"}' }],
    ],
    [
      'where each piece repeats id and name',
      [
        { index: 0, id: 'a', tool: 'close', text: '{' },
        { index: 0, id: 'a', tool: 'close', text: '}' },
        { index: 1, id: 'b', tool: 'comment', text: '{"text"' },
        { index: 1, id: 'b', tool: 'comment', text: ':"x"}' },
      ],
    ],
    [
      'where the arguments come once more as a whole',
      [
        { index: 0, id: 'a', tool: 'close', text: '{}' },
        { index: 1, id: 'b', tool: 'comment', text: '{"text":' },
        { index: 1, text: '"x"}' },
        { index: 1, id: 'b', tool: 'comment', text: '{"text":"x"}' },
      ],
    ],
  ])('%s', (_case, pieces) => {
    expect(callsOf(pieces)).toEqual(both);
  });

  test('by name and completeness where there is neither id nor a true index', () => {
    const calls = callsOf([
      { index: 0, tool: 'look', text: '{"n":1}' },
      { index: 0, tool: 'look', text: '{"n":2}' },
    ]);
    expect(calls.map((call) => ('arguments' in call ? call.arguments : call))).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('and an id invented for each piece begins no new call', () => {
    const calls = callsOf([
      { index: 0, id: 'x1', tool: 'look', text: '{"n"' },
      { index: 0, id: 'x2', text: ':1}' },
    ]);
    expect(calls).toEqual([{ id: 'x1', tool: 'look', arguments: { n: 1 } }]);
  });

  test('also two of one id', () => {
    const calls = callsOf([
      { index: 0, id: 'a', tool: 'look', text: '{"n":1}' },
      { index: 1, id: 'a', tool: 'look', text: '{"n":2}' },
    ]);
    expect(calls.map(({ id }) => id)).toEqual(['a', 'call00002']);
  });
});

describe('arguments', () => {
  test.each<[string, Omit<CallPiece, 'kind'>, unknown]>([
    ['as an object', { whole: { n: 1 } }, { arguments: { n: 1 } }],
    ['as a text of a text', { text: JSON.stringify('{"n":1}') }, { arguments: { n: 1 } }],
    ['left out', {}, { arguments: {} }],
    ['as null', { text: 'null' }, { arguments: {} }],
    ['that are not JSON', { text: '{"n":' }, { malformed: '{"n":' }],
    [
      'deeper than any tool takes',
      { text: '['.repeat(200) + ']'.repeat(200) },
      { malformed: '['.repeat(200) + ']'.repeat(200) },
    ],
  ])('%s', (_case, piece, expected) => {
    expect(callsOf([{ id: 'a', tool: 'look', ...piece }])).toEqual([
      { id: 'a', tool: 'look', ...(expected as object) },
    ]);
  });

  test('of the last call are incomplete where the output was cut', () => {
    const calls = callsOf(
      [
        { index: 0, id: 'a', tool: 'x' },
        { index: 1, id: 'b', tool: 'y' },
      ],
      true,
    );
    expect(calls).toEqual([
      { id: 'a', tool: 'x', arguments: {} },
      { id: 'b', tool: 'y', malformed: '' },
    ]);
  });
});

test('a call that names no tool is odd, and said which', () => {
  expect(() => callsOf([{ id: 'a', text: '{}' }])).toThrow(new Oddity('the name of tool call 1', 'missing'));
});
