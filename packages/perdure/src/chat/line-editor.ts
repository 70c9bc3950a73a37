/**
 * The line that somebody types at a terminal, key by key: the terminal itself would mix it with what comes meanwhile.
 * Pure.
 */

export interface Line {
  /** By code point. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export const emptyLine: Line = { before: [], after: [] };

export type Typed =
  | { readonly kind: 'line'; readonly line: Line }
  | { readonly kind: 'entered'; readonly text: string }
  /** Ctrl-C. */
  | { readonly kind: 'interrupt' }
  /** Ctrl-D on an empty line. */
  | { readonly kind: 'end' };

/** Keys in what a terminal sends: an order of several characters is one. */
export function keysIn(input: string): readonly string[] {
  // oxlint-disable-next-line no-control-regex -- these are what keys send
  return input.match(/\u001b(?:\[[\d;]*[A-Za-z~]|O[A-Za-z]|.)?|\r\n|[^]/gu) ?? [];
}

export function press({ before, after }: Line, key: string): Typed {
  const line = (left: readonly string[], right: readonly string[] = after): Typed => ({
    kind: 'line',
    line: { before: left, after: right },
  });
  switch (key) {
    case '\r':
    case '\n':
    case '\r\n':
      return { kind: 'entered', text: [...before, ...after].join('') };
    case '\u0003':
      return { kind: 'interrupt' };
    case '\u0004':
      return before.length + after.length === 0 ? { kind: 'end' } : line(before, after.slice(1));
    case '\u007f':
    case '\b':
      return line(before.slice(0, -1));
    case '\u001b[3~':
      return line(before, after.slice(1));
    case '\u0015':
      return line([]);
    case '\u000b':
      return line(before, []);
    case '\u0017':
      return line(Array.from(before.join('').replace(/\S*\s*$/u, '')));
    case '\u001b[D':
    case '\u001bOD':
      return line(before.slice(0, -1), [...before.slice(-1), ...after]);
    case '\u001b[C':
    case '\u001bOC':
      return line([...before, ...after.slice(0, 1)], after.slice(1));
    case '\u0001':
    case '\u001b[H':
    case '\u001bOH':
      return line([], [...before, ...after]);
    case '\u0005':
    case '\u001b[F':
    case '\u001bOF':
      return line([...before, ...after], []);
    default:
      return isPrinted(key) ? line([...before, key]) : line(before);
  }
}

/** Keys that mean nothing here do nothing. */
function isPrinted(key: string): boolean {
  return key === '\t' || !/^\p{Cc}/u.test(key);
}
