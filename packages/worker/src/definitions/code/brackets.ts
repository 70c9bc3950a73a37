/** How the brackets of masked code lie in each other. Pure. */

export interface Bracket {
  readonly open: number;
  readonly close: number;
  readonly outer: Bracket | undefined;
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** By the place of their opening. Undefined where they do not match: nothing sure can be said of such a text. */
export function bracketsOf(code: string): ReadonlyMap<number, Bracket> | undefined {
  const found = new Map<number, Bracket>();
  const open: { open: number; close: number; outer: Bracket | undefined }[] = [];
  for (const { 0: char, index } of code.matchAll(/[()[\]{}]/g)) {
    if (closing[char] !== undefined) {
      const bracket = { open: index, close: -1, outer: open.at(-1) };
      open.push(bracket);
      found.set(index, bracket);
      continue;
    }
    const last = open.pop();
    if (last === undefined || closing[code.charAt(last.open)] !== char) return undefined;
    last.close = index;
  }
  return open.length === 0 ? found : undefined;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What a bracket holds, cut at the commas that lie in no further one; without what is empty. */
export function partsOf(code: string, { open, close }: Bracket, brackets: ReadonlyMap<number, Bracket>): Range[] {
  const parts: Range[] = [];
  let from = open + 1;
  for (let at = from; at <= close; at += 1) {
    const inner = brackets.get(at);
    if (inner !== undefined) {
      at = inner.close;
      continue;
    }
    if (at !== close && code.charAt(at) !== ',') continue;
    parts.push({ from, to: at });
    from = at + 1;
  }
  return parts.filter((part) => code.slice(part.from, part.to).trim() !== '');
}

/** The code from `from` to `to` without what lies in brackets between: `if (a) { b }` is `if () {}`. */
export function shallow(code: string, { from, to }: Range, brackets: ReadonlyMap<number, Bracket>): string {
  let text = '';
  for (let at = from; at < to; at += 1) {
    const inner = brackets.get(at);
    text += code.charAt(at);
    if (inner === undefined || inner.close >= to) continue;
    text += code.charAt(inner.close);
    at = inner.close;
  }
  return text;
}
