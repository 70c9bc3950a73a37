import { describe, expect, test } from 'vitest';
import { Tail } from '../../src/wire/tail.ts';
import { readUsage } from '../../src/wire/usage.ts';
import { wordsOf } from '../../src/wire/words.ts';
import { isWrittenCall } from '../../src/wire/written-calls.ts';

describe('usage', () => {
  test.each([
    [{ input: 11, output: 7 }, [11, 7]],
    [{ input: '11', output: '7' }, [11, 7]],
    [{ input: 11, output: 37.25 }, [11, 37]],
    [{ input: 11, total: 20 }, [11, 9]],
    [{ output: 9, total: '20' }, [11, 9]],
    [{ input: 11, output: -1, total: 20 }, [11, 9]],
    [{ input: 11, output: -1 }, undefined],
    [{ input: 1e20, output: 1 }, undefined],
    [{ input: null, output: null }, undefined],
    [{ input: NaN, output: 1 }, undefined],
    [{}, undefined],
  ])('%j is %j', (given, expected) => {
    const usage = readUsage(given);
    expect(usage === undefined ? undefined : [usage.inputTokens, usage.outputTokens]).toEqual(expected);
  });
});

describe('a call written as text', () => {
  const tools = [{ id: 'lookup', description: '', input: {} }];

  test.each([
    '<tool_call>{"name": "lookup", "arguments": {"city": "Oslo"}}</tool_call>',
    '{"name": "lookup", "arguments": {"city": "Oslo"}}',
    '```json\n{"name": "lookup", "parameters": {"city": "Oslo"}}\n```',
    '[{"name": "lookup", "arguments": {}}]',
    '[TOOL_CALLS][{"name": "lookup", "arguments": {}}]',
    '<function=lookup><parameter=city>Oslo</parameter></function>',
    'I will look.\n<tool_call>\n{"name": "lookup", "arguments": {}}',
    'lookup(city="Oslo")',
    '{"type": "function", "function": {"name": "lookup", "arguments": "{}"}}',
  ])('%j is one', (text) => expect(isWrittenCall(text, tools)).toBe(true));

  test.each([
    '{"name": "Oslo", "arguments": ["for", "against"]}',
    '{"name": "lookup"}',
    '{"note": "write <tool_call> to call"}',
    'The function lookup(x) is called first.',
  ])('%j is none', (text) => expect(isWrittenCall(text, tools)).toBe(false));

  test('is told only of a model that was offered tools', () => {
    expect(isWrittenCall('<tool_call>{}</tool_call>', [])).toBe(false);
  });
});

const shown = (text: string) =>
  wordsOf(text, { secrets: ['key-of-the-owner'], asked: 'You are a planner of great secrecy. Plan the party.' });

describe('words of a server', () => {
  test.each([
    ['bad key: key-of-the-owner', 'bad key: •••'],
    ['bad key: sk-live-1234567890', 'bad key: •••'],
    ['Authorization: Bearer abcdef.ghijkl', 'Authorization: •••'],
    ['two\nlines\u001b[31m and colour', 'two lines [31m and colour'],
    ['cannot do: "You are a planner of great secrecy. Plan the party."', 'cannot do: "…"'],
    ['the planner is busy', 'the planner is busy'],
  ])('%j are shown as %j', (text, expected) => expect(shown(text)).toBe(expected));

  test('are short, and nothing where nothing was said', () => {
    expect(shown('x'.repeat(5_000))).toHaveLength(301);
    expect(shown(' \n ')).toBeUndefined();
  });
});

test('the tail of an answer is bounded, keeps the end, and shows no key, also where it is cut', () => {
  const tail = new Tail();
  tail.add('x'.repeat(10_000));
  for (let n = 0; n < 500; n += 1) tail.add(`secret-secret-${n} `);
  for (let n = 0; n < 7; n += 1) tail.add('.');
  const text = tail.read(['secret-secret']);
  expect(text.length).toBeLessThanOrEqual(2_000);
  expect(text.length).toBeGreaterThan(500);
  expect(text).toMatch(/•••-499 \.{7}$/);
  expect(text).not.toContain('secret');
});
