/** The line that somebody types. */

import { expect, test } from 'vitest';
import { emptyLine, keysIn, press, type Line } from '../../src/chat/line-editor.ts';

/** Types all of it; answers the line with a bar where the cursor is, or what ended it. */
function type(input: string): string {
  let line: Line = emptyLine;
  for (const key of keysIn(input)) {
    const typed = press(line, key);
    if (typed.kind === 'entered') return `entered ${typed.text}`;
    if (typed.kind !== 'line') return typed.kind;
    line = typed.line;
  }
  return `${line.before.join('')}|${line.after.join('')}`;
}

test.each([
  ['hello', 'hello|'],
  ['grüße 👍\u007f', 'grüße |'],
  ['ab\u001b[D\u001b[Dx', 'x|ab'],
  ['ab\u001bOD\u001b[3~', 'a|'],
  ['one two \u0017', 'one |'],
  ['one two\u0001>\u0005<', '>one two<|'],
  ['one\u001b[D\u000b', 'on|'],
  ['gone\u0015kept', 'kept|'],
  ['\u007f\u001b[D\u001b[3~', '|'],
  ['up\u001b[A\u001b[15~\u001b\u0000\u009b', 'up|'],
  ['a\tb', 'a\tb|'],
  ['said\r', 'entered said'],
  ['said\r\nmore', 'entered said'],
  ['x\u0003', 'interrupt'],
  ['\u0004', 'end'],
  ['x\u0004', 'x|'],
])('%j is %s', (input, expected) => {
  expect(type(input)).toBe(expected);
});
