import { describe, expect, test } from 'vitest';
import { shellWord } from '../../src/text/format.ts';
import { installedHooks, withHooks, withoutHooks } from '../../src/hooks/settings-text.ts';

const program = '/opt/perdure/bin/perdure';
const command = (word: string) => `${program} hook ${word} || true # perdure hooks`;

/** As it is laid out with two blanks. */
const start = `{
        "matcher": "startup|resume|compact",
        "hooks": [
          {
            "type": "command",
            "command": "${command('session-start')}",
            "timeout": 15
          }
        ]
      }`;
const plain = (word: string) => `{
        "hooks": [
          {
            "type": "command",
            "command": "${command(word)}",
            "timeout": 15
          }
        ]
      }`;
const whole = `"hooks": {
    "SessionStart": [
      ${start}
    ],
    "PreCompact": [
      ${plain('pre-compact')}
    ],
    "Stop": [
      ${plain('stop')}
    ]
  }`;

function installed(text: string | undefined): string {
  const change = withHooks(text, program);
  if (change.kind !== 'changed') throw new Error(JSON.stringify(change));
  return change.text;
}

function removed(text: string): string {
  const change = withoutHooks(text);
  if (change.kind !== 'changed') throw new Error(JSON.stringify(change));
  return change.text;
}

const theirs = '{ "type": "command", "command": "say done" }';

/** What a file is before, what it is with our entries where that is worth reading, and what is left without them. */
const files: readonly {
  readonly what: string;
  readonly before: string;
  readonly after?: string;
  readonly left?: string;
}[] = [
  { what: 'an empty object', before: '{}\n', after: `{\n  ${whole}\n}\n` },
  { what: 'an empty object without a line break', before: '{}', after: `{\n  ${whole}\n}` },
  { what: 'an empty object over two lines', before: '{\n}\n', after: `{\n  ${whole}\n}\n`, left: '{}\n' },
  {
    what: 'other settings',
    before: '{\n  "model": "opus",\n  "permissions": { "allow": ["Bash(ls:*)"] }\n}\n',
    after: `{\n  "model": "opus",\n  "permissions": { "allow": ["Bash(ls:*)"] },\n  ${whole}\n}\n`,
  },
  {
    what: 'hooks of others for other events',
    before: `{\n  "hooks": {\n    "Notification": [{ "hooks": [${theirs}] }]\n  },\n  "z": 1\n}\n`,
    after: `{\n  "hooks": {\n    "Notification": [{ "hooks": [${theirs}] }],\n    ${whole.split('\n').slice(1, -1).join('\n').trimStart()}\n  },\n  "z": 1\n}\n`,
  },
  {
    what: 'hooks of others for the same event',
    before: `{\n  "hooks": {\n    "Stop": [\n      { "hooks": [${theirs}] }\n    ]\n  }\n}\n`,
  },
  {
    what: 'a list in one line',
    before: `{\n  "hooks": { "Stop": [{ "hooks": [${theirs}] }], "PreCompact": [] }\n}\n`,
    left: `{\n  "hooks": { "Stop": [{ "hooks": [${theirs}] }] }\n}\n`,
  },
  { what: 'all in one line', before: '{"model":"opus","a":[1,2]}' },
  { what: 'all in one line, with blanks', before: '{"model": "opus", "b": {"c": null}}' },
  { what: 'tabs', before: '{\n\t"model": "opus",\n\t"env": {\n\t\t"A": "1"\n\t}\n}\n' },
  { what: 'four blanks', before: '{\n    "model": "opus"\n}\n' },
  { what: 'lines that end as on Windows', before: '{\r\n  "model": "opus"\r\n}\r\n' },
  { what: 'a mark of the byte order', before: '\uFEFF{\n  "model": "opus"\n}\n' },
  {
    what: 'escapes, long numbers and odd spaces',
    before: '{  "caf\\u00e9" : "\\ud83d\\ude00" ,\n\n  "n" : 1.0e+2, "long": 12345678901234567890\n\n}\n\n',
  },
  {
    what: 'a name that looks like ours in a value',
    before: '{\n  "note": "\\"hooks\\": { \\"Stop\\": [] } # perdure hooks"\n}\n',
  },
  {
    what: 'an entry that is no object, and a command that is no text',
    before: '{\n  "hooks": {\n    "Stop": [\n      7,\n      { "hooks": [{ "command": 1 }, null] }\n    ]\n  }\n}\n',
  },
  { what: 'hooks that are empty', before: '{\n  "hooks": {}\n}\n', left: '{}\n' },
  {
    what: 'brackets in a line of their own',
    before: '{\n  "hooks":\n  {\n    "Stop":\n    [\n      { "hooks": [] }\n    ]\n  }\n}\n',
  },
];

describe.each(files)('settings with $what', ({ before, after, left = before }) => {
  test('have our entries after all others, and every other character as it was', () => {
    const now = installed(before);
    if (after !== undefined) expect(now).toBe(after);
    expect(installedHooks(now.replace(/^\uFEFF/, ''))).toEqual(['SessionStart', 'PreCompact', 'Stop']);
    expect(() => void JSON.parse(now.replace(/^\uFEFF/, ''))).not.toThrow();
    expect(now.includes('\r\n')).toBe(before.includes('\r\n'));
    if (before.includes('\r\n')) expect(now.replaceAll('\r\n', '')).not.toContain('\n');
  });

  test('are installed once, and come back as they were', () => {
    const now = installed(before);
    expect(withHooks(now, program)).toEqual({ kind: 'same' });
    expect(removed(now)).toBe(left);
    expect(withoutHooks(left)).toEqual({ kind: 'same' });
  });
});

test('where there is no file, one is made, and what is left of it says nothing', () => {
  expect(installed(undefined)).toBe(`{\n  ${whole}\n}\n`);
  expect(installed(' \n')).toBe(installed(undefined));
  expect(removed(installed(undefined))).toBe('{}\n');
  expect(withoutHooks(undefined)).toEqual({ kind: 'same' });
});

test('a command that has moved is named where it is now, and nothing else is touched', () => {
  const old = installed('{\n  "model": "opus"\n}\n');
  const moved = "/home/o'neil/my tools/perdure";
  const change = withHooks(old, moved);
  if (change.kind !== 'changed') throw new Error(change.kind);
  expect(change.text).toBe(old.replaceAll(program, JSON.stringify(shellWord(moved)).slice(1, -1)));
  expect(change.events).toEqual(['SessionStart', 'PreCompact', 'Stop']);
  expect(removed(change.text)).toBe('{\n  "model": "opus"\n}\n');
});

test('an entry of ours that somebody put beside theirs is taken out of there alone', () => {
  const ours = `{ "type": "command", "command": "${command('stop')}" }`;
  const shared = `{\n  "hooks": {\n    "Stop": [\n      { "hooks": [${ours}, ${theirs}] }\n    ]\n  }\n}\n`;
  expect(removed(shared)).toBe(`{\n  "hooks": {\n    "Stop": [\n      { "hooks": [${theirs}] }\n    ]\n  }\n}\n`);
});

test.each([
  ['// mine\n{}', 'it is not plain JSON (line 1: "// mine\\n{}" is not plain JSON)'],
  ['{\n  "a": 1,\n}\n', 'it is not plain JSON (line 3: "}\\n" is not plain JSON)'],
  ['{ "a": 1 /* one */ }', 'it is not plain JSON (line 1: } is missing)'],
  ['{ "hooks": {}, "hooks": {} }', 'it is not plain JSON (line 1: "hooks" stands twice)'],
  ['{ "a": 1', 'it is not plain JSON (line 1: } is missing)'],
  ['{} {}', 'it is not plain JSON (line 1: something stands behind the end)'],
  ['{ "a": 01x }', 'it is not plain JSON (line 1: 01 is no value)'],
  ['{ "a": "b\tc" }', 'it is not plain JSON (line 1: "b\tc" is no value)'],
  ['[]', 'it is no object'],
  ['"text"', 'it is no object'],
  ['{ "hooks": [] }', 'its "hooks" are no object'],
  ['{ "hooks": { "Stop": {} } }', 'its "hooks.Stop" is no list'],
  ['['.repeat(5_000), 'it is not plain JSON (line 1: it is nested too deep)'],
])('what is not understood is refused in words, and never written: %j', (text, problem) => {
  expect(withHooks(text, program)).toEqual({ kind: 'refused', problem });
  expect(withoutHooks(text)).toEqual({ kind: 'refused', problem });
});
