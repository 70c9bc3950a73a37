import { describe, expect, test } from 'vitest';
import { agentText, parse, problemsOf } from '../../src/testing.ts';

/** Put in where the description of an agent stands, at line 3 of its file. */
const withDescription = (text: string) =>
  problemsOf(agentText({ frontMatter: `name: helper\ndescription:${text}` })).join('\n');

describe('a mistake in YAML is one problem, at its line, with what to write', () => {
  test.each([
    [' a: b', 'the text of "description" has a ":" in it; put it in quotes: description: "…".'],
    [' ends with a colon:', 'has a ":" in it; put it in quotes'],
    [' Use when: the "user" asks', `has a ":" in it; put it in single quotes: description: '…'.`],
    [
      ` Use when: it's "late"`,
      'has a ":" in it; write "description: >-" and the text on the next line, two blanks further in.',
    ],
    [' Helps\n  when: asked', 'has a ":" in it; write "description: >-"'],
    [' @team asks', 'begins with "@", which means something else in YAML; put it in quotes: description: "…".'],
    [' `x` helps', 'begins with "`"'],
    [' %d items', 'begins with "%"'],
    [' *really* helps', 'begins with "*"'],
    [' &more helps', 'begins with "&"'],
    [' !important', 'begins with "!"'],
    [' - a', 'begins with "-"'],
    [' > text', 'begins with ">"'],
    [' [x] helps', 'begins with "["'],
    [' {x} helps', 'begins with "{"'],
    [` 'it's'`, 'goes on behind its closing quote; put it in quotes: description: "…".'],
    [' "a" and more', 'goes on behind its closing quote; put it in single quotes'],
    [' "open', 'the quote before the text of "description" is not closed; close it.'],
    [' "C:\\x"', 'a "\\" between double quotes begins an escape; put the text of "description" in single quotes.'],
    ['Helps', 'write a blank behind "description:".'],
    [' 42', '"description" in the front matter must be one sentence; put it in quotes.'],
    [' Helps\nname: helper', '"name" is given twice; remove one of the two.'],
    [' Helps\nand more', 'put two blanks before it if it goes on with the text of "description".'],
    [' Helps.\ntools:\n\t- http-get', 'a tab stands where YAML takes blanks alone; write blanks.'],
    [' Helps.\ntools: [http-get', 'what "tools" opens with "[" is not closed; end it with "]", or'],
    [' Helps.\ntools: http-get', 'must be a list of tool ids, as in [http-get, read-file].'],
  ])('description:%s', (text, message) => {
    const lines = text.split('\n').length;
    const said = withDescription(text);
    expect(said).toContain(message);
    expect(said.split('\n')).toHaveLength(1);
    const line = Number(/^helper\/AGENT\.md:(\d+): /.exec(said)?.[1]);
    expect(line).toBeGreaterThanOrEqual(3);
    expect(line).toBeLessThan(3 + lines);
  });

  test('however much of it follows', () => {
    const examples = '<example>Context: late. user: "why?" assistant: "it\'s done"</example> '.repeat(12);
    expect(withDescription(` Use when asked. ${examples}`).split('\n')).toEqual([
      expect.stringMatching(/^helper\/AGENT\.md:3: .*has a ":" in it; write "description: >-"/),
    ]);
  });

  test('two causes are two problems', () => {
    const text = agentText({ frontMatter: 'name: helper\ndescription: a: b\nmodel: @mine' });
    expect(problemsOf(text).map((problem) => problem.split(':')[1])).toEqual(['3', '4']);
  });

  test('an alias is refused where it stands', () => {
    const text = agentText({ frontMatter: 'name: helper\ndescription: d\nmodel: *mine' });
    expect(problemsOf(text)).toEqual([expect.stringMatching(/^helper\/AGENT\.md:4: .*begins with "\*" in quotes/)]);
  });
});

test.each([
  ['"a: b, \'c\' @d"', `a: b, 'c' @d`],
  [`'say "x": y'`, 'say "x": y'],
  ['>-\n  Use when: "x" & it\'s late', 'Use when: "x" & it\'s late'],
  ["it's a URL http://x:1/y", "it's a URL http://x:1/y"],
  ['C# and F#', 'C# and F#'],
])('what the remedies say is read as it was meant: %s', (text, description) => {
  expect(parse(agentText({ frontMatter: `name: helper\ndescription: ${text}` }))).toMatchObject({
    kind: 'parsed',
    agent: { description },
  });
});

test('an anchor that is used is taken', () => {
  const text = agentText({ frontMatter: 'name: &n helper\ndescription: *n' });
  expect(parse(text)).toMatchObject({ kind: 'parsed', agent: { description: 'helper' } });
});
