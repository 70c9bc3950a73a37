/**
 * The literals of a JSON text, and where each stands: so that one can be exchanged while all around it stays to the
 * letter. The text must be JSON; how deep it is does not matter.
 */

export interface JsonLiteral {
  readonly kind: 'key' | 'string' | 'number';
  /** Of a string without its quotes. */
  readonly start: number;
  readonly end: number;
  /** As the program that wrote it meant it. */
  readonly value: string;
  /** The nearest name above it that was asked for. */
  readonly under?: string;
  /** The name in front of it, or in front of the list that it is in. */
  readonly name?: string;
  /** Which object or list it lies in, by number. */
  readonly level: number;
  /** Its place in that list. */
  readonly at?: number;
}

/** What is open: an object or a list. */
interface Level {
  readonly number: number;
  /** Literals and what is nested in it, so far. */
  count: number;
  readonly isObject: boolean;
  name: string | undefined;
  under: string | undefined;
  /** Of what it lies in. */
  readonly outer: string | undefined;
}

/** `isAskedFor`: of which names the literals below them are told so. */
export function jsonLiterals(text: string, isAskedFor: (name: string) => boolean): readonly JsonLiteral[] {
  const found: JsonLiteral[] = [];
  const levels: Level[] = [];
  let isKeyNext = false;
  let opened = 0;
  const add = (literal: Pick<JsonLiteral, 'kind' | 'start' | 'end' | 'value'>): void => {
    const level = levels.at(-1);
    const { name, under } = level ?? {};
    const place = { level: level?.number ?? 0, ...(level?.isObject === false && { at: level.count++ }) };
    found.push({ ...literal, ...place, ...(name !== undefined && { name }), ...(under !== undefined && { under }) });
  };
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (sign === '{' || sign === '[') {
      isKeyNext = sign === '{';
      const { name, under } = levels.at(-1) ?? { name: undefined, under: undefined };
      const above = levels.at(-1);
      if (above !== undefined) above.count += 1;
      opened += 1;
      levels.push({
        number: opened,
        count: 0,
        isObject: isKeyNext,
        name: isKeyNext ? undefined : name,
        under,
        outer: under,
      });
    } else if (sign === '}' || sign === ']') {
      levels.pop();
      isKeyNext = false;
    } else if (sign === ',') {
      isKeyNext = levels.at(-1)?.isObject ?? false;
    } else if (sign === '"') {
      const end = endOfString(text, at + 1);
      const value = String(JSON.parse(text.slice(at, end + 1)));
      add({ kind: isKeyNext ? 'key' : 'string', start: at + 1, end, value });
      const level = levels.at(-1);
      if (isKeyNext && level !== undefined) {
        level.name = value;
        level.under = isAskedFor(value) ? value : level.outer;
      }
      isKeyNext = false;
      at = end;
    } else if (/[-\d]/.test(sign)) {
      const end = endOfNumber(text, at);
      add({ kind: 'number', start: at, end, value: text.slice(at, end) });
      at = end - 1;
    }
  }
  return found;
}

/** Where its closing quote is. */
function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function endOfNumber(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[-+.\deE]/.test(text[at] ?? '')) at += 1;
  return at;
}
