/** Patterns as other languages and older drafts write them, as JavaScript takes them. */

export type PatternRead =
  | { readonly kind: 'read'; readonly pattern: RegExp }
  /** `why`: a clause that goes behind the pattern. */
  | { readonly kind: 'refused'; readonly why: string };

/** What a letter behind a backslash means elsewhere; JavaScript would take it for the letter itself. */
const foreignEscapes: Readonly<Record<string, string>> = {
  A: '^',
  Z: '$',
  z: '$',
  h: '[ \\t]',
  a: '\\x07',
  e: '\\x1b',
};

/**
 * With the flag `u`, as JSON Schema has it, and where that is too strict without: `[\w-\.]` is what half the world
 * writes.
 */
export function readPattern(source: string): PatternRead {
  const strict = compile(source, 'u');
  if (strict instanceof RegExp) return { kind: 'read', pattern: strict };
  const named = /\(\?P<(\w+)>/.exec(source);
  if (named !== null) return refuse(`is written for another language: write (?<${named[1]}> for ${named[0]}`);
  const foreign = /(?<!\\)(?:\\\\)*\\([a-zA-Z])/g;
  for (const [, letter = ''] of source.matchAll(foreign)) {
    if (/[bBcdDfknrsStuvwWx]/.test(letter)) continue;
    if (/[pP]/.test(letter)) return refuse(`cannot be used: ${reasonOf(strict)}`);
    const instead = foreignEscapes[letter];
    return refuse(
      `is written for another language: ${instead === undefined ? `\\${letter} means the letter itself here` : `write ${instead} for \\${letter}`}`,
    );
  }
  const lenient = compile(source, '');
  return lenient instanceof RegExp ? { kind: 'read', pattern: lenient } : refuse(`cannot be used: ${reasonOf(strict)}`);
}

/** How ajv is told to read patterns. */
export const patternEngine = Object.assign(
  (source: string): RegExp => {
    const read = readPattern(source);
    if (read.kind === 'refused') throw new SyntaxError(`the pattern "${source}" ${read.why}`);
    return read.pattern;
  },
  { code: 'readPattern' },
);

function compile(source: string, flags: string): RegExp | Error {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    return error as Error;
  }
}

/** `Invalid regular expression: /(/u: Unterminated group` without the pattern. */
function reasonOf(error: Error | RegExp): string {
  return error instanceof Error ? (error.message.split(': ').at(-1) ?? error.message) : '';
}

function refuse(why: string): PatternRead {
  return { kind: 'refused', why };
}
