import { describe, expect, it } from 'vitest';
import { parseLine, type Script } from '../../src/compat/argument-parser.ts';
import { pythonJson } from '../../src/compat/python-json.ts';
import { scripts } from '../../src/compat/scripts.ts';

const ctl: Script = scripts.task_ctl.script;
const read = (...words: readonly string[]) => parseLine(ctl, words);
const values = (...words: readonly string[]) => {
  const line = read(...words);
  if (line.kind !== 'parsed') throw new Error(JSON.stringify(line));
  return line.values;
};
const said = (...words: readonly string[]) => {
  const line = read(...words);
  return line.kind === 'wrong' ? line.message : line.kind;
};

describe('a command line of Python', () => {
  it('has its options anywhere, by `=` or by the next word, the last one counting', () => {
    const given = values('progress', '--phase', 'a', 'ship', '--health=b=c', 'Done', '--phase', 'z');
    expect(given).toMatchObject({ task_id: 'ship', message: 'Done', phase: 'z', health: 'b=c' });
    expect(given['next_step']).toBeUndefined();
  });

  it('takes a prefix that means one option alone', () => {
    expect(values('progress', 'ship', 'Done', '--n', 'next')).toMatchObject({ next_step: 'next' });
    expect(said('progress', 'ship', 'Done', '--he=1')).toBe('ambiguous option: --he=1 could match --help, --health');
  });

  it('reads words behind `--`, negative numbers and texts with a space as words', () => {
    expect(values('progress', 'ship', '--', '--phase')).toMatchObject({ message: '--phase' });
    expect(values('progress', 'ship', '-5')).toMatchObject({ message: '-5' });
    expect(values('progress', 'ship', '- a point')).toMatchObject({ message: '- a point' });
  });

  it.each([
    [['progress', 'ship'], 'the following arguments are required: message'],
    [['create', 'ship', '--goal', 'g'], 'the following arguments are required: --title'],
    [['progress', 'ship', 'm', '--phase'], 'argument --phase: expected one argument'],
    [['progress', 'ship', 'm', '--phase', '--health', 'x'], 'argument --phase: expected one argument'],
    [['recent', 'ship', '--limit', 'x'], "argument --limit: invalid int value: 'x'"],
    [['create', 'ship', '--force=1'], "argument --force: ignored explicit argument '1'"],
    [
      ['control', 'ship', 'done'],
      "argument desired_state: invalid choice: 'done' (choose from 'running', 'paused', 'stopped')",
    ],
    [['progress', 'ship', 'm', 'n', '--nope'], 'unrecognized arguments: n --nope'],
    [[], 'the following arguments are required: cmd'],
  ] as const)('%j is wrong in its words', (words, message) => {
    expect(said(...words)).toBe(message);
  });

  it('asks for help anywhere before it goes wrong', () => {
    expect(said('-h')).toBe('help');
    expect(said('progress', '-h')).toBe('help');
    expect(said('progress', 'ship', '--help')).toBe('help');
  });
});

it('JSON is indented by two and ASCII alone, as Python prints it', () => {
  expect(pythonJson({ a: 'é𝒳\u007f"\n', b: [], c: {}, d: [1, null, true] })).toBe(
    String.raw`{
  "a": "\u00e9\ud835\udcb3\u007f\"\n",
  "b": [],
  "c": {},
  "d": [
    1,
    null,
    true
  ]
}`,
  );
});
