import { describe, expect, it } from 'vitest';
import { parseReturn, returnOf } from '../../src/core/lane-return.ts';
import { givenReturn, returnText } from './lane-support.ts';

const messageOf = (text: string) => {
  const parsed = parseReturn(text);
  if (parsed.kind === 'return') throw new Error('taken');
  return parsed.message;
};

describe('a return', () => {
  it('is six headers, a blank line, and a body', () => {
    const given = givenReturn({ body: 'Goal\nit' });
    expect(given).toMatchObject({
      tag: 'autopilot',
      task_id: 'release-1',
      line: 'docs',
      node: 'start',
      body: 'Goal\nit',
    });
  });

  it('may have its headers in any order, Windows line ends, and blank lines before it', () => {
    const lines = returnText().split('\n');
    const shuffled = [...lines.slice(0, 6).toReversed(), ...lines.slice(6)].join('\r\n');
    expect(parseReturn(`\uFEFF\n\n${shuffled}`)).toMatchObject({ given: givenReturn() });
  });

  it.each(['tag', 'task_id', 'line', 'node', 'goal_status', 'next_role'])('39: without %s is none', (name) => {
    const without = returnText()
      .split('\n')
      .filter((line) => !line.startsWith(`${name}:`))
      .join('\n');
    expect(messageOf(without)).toContain(`missing required headers: ${name}`);
    expect(messageOf(returnText({ [name]: '' }))).toContain(`missing required headers: ${name}`);
  });

  it.each([
    ['tag', 'finished'],
    ['goal_status', 'mostly'],
    ['next_role', 'boss'],
    ['tag', 'Done'],
  ])('39: with the %s "%s" is none, and is told the words there are', (name, value) => {
    expect(messageOf(returnText({ [name]: value }))).toContain(`invalid ${name}: ${value}; it is one of`);
  });

  it('that says a header twice, and not the same, is none', () => {
    expect(messageOf(`line: site\n${returnText()}`)).toContain('the header line is there twice');
    expect(parseReturn(`line: docs\n${returnText()}`).kind).toBe('return');
  });

  it.each(['Here is my return:\n', '```\n', '# Return\n\n'])(
    '39: with anything before its headers is none: %j',
    (before) => {
      expect(messageOf(`${before}${returnText()}`)).toContain('before any other text');
    },
  );

  it('is known again by all of it, however its line ends are written', () => {
    const { digest } = givenReturn();
    expect(givenReturn({ body: 'another' }).digest).not.toBe(digest);
    expect(givenReturn({ node: 'two' }).digest).not.toBe(digest);
    expect(returnOf(givenReturn()).digest).toBe(digest);
  });

  it('has room for a short body', () => {
    expect(messageOf(returnText({ body: 'x'.repeat(20_001) }))).toContain('20001 characters');
  });
});
