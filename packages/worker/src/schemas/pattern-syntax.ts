/**
 * The structure of a regular expression of JavaScript, as far as it matters for how often a text can be matched: what
 * follows what, and what repeats. What one character may be is left as text. The pattern must be valid.
 */

export type PatternNode =
  /** One character: `a`, `\d`, `[^x]`, `.`. */
  | { readonly kind: 'character'; readonly text: string }
  /** Takes no character: `^`, `\b`, a look around, a reference back. `inner`: what a look around looks for. */
  | { readonly kind: 'assertion'; readonly inner?: PatternNode }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number };

export function parsePattern({ source, flags }: RegExp): PatternNode {
  return new Reader(source, /[uv]/.test(flags)).choice();
}

class Reader {
  readonly #source: string;
  readonly #isUnicode: boolean;
  #at = 0;

  constructor(source: string, isUnicode: boolean) {
    this.#source = source;
    this.#isUnicode = isUnicode;
  }

  choice(): PatternNode {
    const parts = [this.#sequence()];
    while (this.#take(/\|/y) !== undefined) parts.push(this.#sequence());
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'choice', parts };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#at < this.#source.length && !/[|)]/.test(this.#source[this.#at] ?? '')) {
      parts.push(this.#repeated(this.#atom()));
    }
    return { kind: 'sequence', parts };
  }

  #atom(): PatternNode {
    const look = this.#take(/\(\?<?[=!]/y);
    if (look !== undefined) return { kind: 'assertion', inner: this.#group() };
    if (this.#take(/\((?:\?(?:<\w+>|[\w-]*:))?/y) !== undefined) return this.#group();
    if (this.#take(/[\^$]|\\[bB]|\\[1-9]\d*|\\k<\w+>/y) !== undefined) return { kind: 'assertion' };
    const character =
      this.#take(/\[(?:\\[^]|[^\]\\])*\]/y) ??
      this.#take(/\\(?:u\{[\da-fA-F]+\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[A-Za-z]|[pP]\{[^}]*\}|[^])/y) ??
      this.#take(this.#isUnicode ? /[^]/uy : /[^]/y);
    return { kind: 'character', text: character ?? '' };
  }

  #group(): PatternNode {
    const inner = this.choice();
    this.#take(/\)/y);
    return inner;
  }

  #repeated(part: PatternNode): PatternNode {
    const sign = this.#take(/[*+?]\??|\{\d+(?:,\d*)?\}\??/y);
    if (sign === undefined) return part;
    const [, least, more, most] = /\{(\d+)(,(\d*))?\}/.exec(sign) ?? [];
    const min = least === undefined ? (sign.startsWith('+') ? 1 : 0) : Number(least);
    const max = least === undefined ? (sign.startsWith('?') ? 1 : Infinity) : maxOf(min, more, most);
    return { kind: 'repeat', part, min, max };
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }
}

function maxOf(min: number, more: string | undefined, most: string | undefined): number {
  if (more === undefined) return min;
  return most === undefined || most === '' ? Infinity : Number(most);
}
