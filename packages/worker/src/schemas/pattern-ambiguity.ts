/**
 * Whether a pattern can take exponentially long: whether some text can be gone through a loop of it in two ways, so
 * that each round doubles the ways that are tried before it is known that nothing fits. The pattern is looked at as an
 * automaton whose states are its characters; two of its walks are followed at once, and where they part and meet again
 * in the loop there are two ways. Exact for what takes characters; what looks around counts as always true, and a
 * repetition of more than a few times as one without end.
 */

import { parsePattern, type PatternNode } from './pattern-syntax.ts';

/** Larger ones are not looked at to the end: seconds at the start of a worker help nobody. */
const maxCharacters = 400;
/** Of two walks at once; tens of milliseconds. */
const maxSteps = 200_000;
/** Fewer repetitions are written out. */
const manyTimes = 10;
const writtenOut = 4;

export function isSlowPattern(pattern: RegExp): boolean {
  const top = parsePattern(pattern);
  return [top, ...lookArounds(top)].some((node, index) => new Automaton(pattern, node).isSlow(index > 0));
}

function lookArounds(node: PatternNode): readonly PatternNode[] {
  switch (node.kind) {
    case 'character':
      return [];
    case 'assertion':
      return node.inner === undefined ? [] : [node.inner, ...lookArounds(node.inner)];
    case 'repeat':
      return lookArounds(node.part);
    case 'sequence':
    case 'choice':
      return node.parts.flatMap(lookArounds);
    default:
      return node satisfies never;
  }
}

/** How many ways there are, where more than one is as good as two. */
type Ways = 0 | 1 | 2;

/** What a part begins and ends with, by state, and how it can be passed without a character. */
interface Part {
  readonly first: ReadonlyMap<number, Ways>;
  readonly last: ReadonlyMap<number, Ways>;
  readonly empty: Ways;
}

class TooLarge extends Error {}

class Automaton {
  readonly #flags: string;
  /** By state: the class of its character. */
  readonly #texts: string[] = [];
  readonly #next: Map<number, Ways>[] = [];
  readonly #matches = new Map<string, readonly boolean[]>();
  readonly #overlaps = new Map<string, boolean>();
  readonly #samples: readonly string[];
  readonly #last: ReadonlySet<number>;
  #hasAssertion = false;
  #steps = 0;
  readonly #isTooLarge: boolean;

  constructor(pattern: RegExp, node: PatternNode) {
    this.#flags = pattern.flags;
    this.#samples = samplesOf(pattern.source);
    const part = this.#buildAll(node);
    this.#isTooLarge = part === undefined;
    this.#last = new Set(part?.last.keys());
  }

  isSlow(isLookAround: boolean): boolean {
    if (this.#isTooLarge) return false;
    return this.#loops().some((loop) => {
      // A loop that may be left after any of its characters has nothing behind it that could fail.
      const cannotFail = !isLookAround && !this.#hasAssertion && loop.every((state) => this.#last.has(state));
      return !cannotFail && this.#hasTwoWays(new Set(loop));
    });
  }

  #buildAll(node: PatternNode): Part | undefined {
    try {
      return this.#build(node);
    } catch (error) {
      if (error instanceof TooLarge) return undefined;
      throw error;
    }
  }

  #build(node: PatternNode): Part {
    switch (node.kind) {
      case 'character': {
        const state = this.#texts.push(node.text) - 1;
        if (state >= maxCharacters) throw new TooLarge();
        this.#next.push(new Map());
        return { first: new Map([[state, 1]]), last: new Map([[state, 1]]), empty: 0 };
      }
      case 'assertion':
        this.#hasAssertion = true;
        return nothing;
      case 'sequence':
        return node.parts.reduce((before, part) => this.#join(before, this.#build(part)), nothing);
      case 'choice':
        return node.parts.map((part) => this.#build(part)).reduce(either);
      case 'repeat':
        return this.#repeat(node);
      default:
        return node satisfies never;
    }
  }

  #repeat({ part, min, max }: Extract<PatternNode, { kind: 'repeat' }>): Part {
    if (max === 0) return nothing;
    if (max <= manyTimes) {
      const copies = Math.min(max, writtenOut);
      const needed = Math.min(min, copies);
      let whole: Part = nothing;
      // From the end: whether the second is there is asked only where the first was.
      for (let copy = copies; copy > 0; copy -= 1) {
        const joined = this.#join(this.#build(part), whole);
        whole = copy > needed ? { ...joined, empty: 1 } : joined;
      }
      return whole;
    }
    const inner = this.#build(part);
    this.#follow(inner, inner);
    // A round that takes no character ends a loop, but each of those that are demanded may be such a round.
    if (inner.empty > 0 && min > 1) this.#follow(inner, inner);
    return min === 0 ? { ...inner, empty: 1 } : inner;
  }

  #join(before: Part, after: Part): Part {
    this.#follow(before, after);
    return {
      first: sum(before.first, times(after.first, before.empty)),
      last: sum(after.last, times(before.last, after.empty)),
      empty: product(before.empty, after.empty),
    };
  }

  #follow({ last }: Part, { first }: Part): void {
    for (const [from, ways] of last) {
      const next = this.#next[from];
      for (const [to, others] of first) next?.set(to, plus(next.get(to) ?? 0, product(ways, others)));
    }
  }

  /** The sets of states from each of which each can be reached again. */
  #loops(): readonly (readonly number[])[] {
    const reachable = this.#next.map((_, state) => this.#reachableFrom(state));
    const loops = new Map<string, number[]>();
    for (const [state, reached] of reachable.entries()) {
      if (!reached.has(state)) continue;
      const loop = [...reached].filter((other) => reachable[other]?.has(state)).toSorted((a, b) => a - b);
      loops.set(loop.join(), loop);
    }
    return [...loops.values()];
  }

  #reachableFrom(state: number): ReadonlySet<number> {
    const reached = new Set<number>();
    const open = [state];
    for (let from = open.pop(); from !== undefined; from = open.pop()) {
      for (const to of this.#next[from]?.keys() ?? []) {
        if (reached.has(to)) continue;
        reached.add(to);
        open.push(to);
      }
    }
    return reached;
  }

  /** Whether two walks within `loop` over one text can part and meet again where they parted. */
  #hasTwoWays(loop: ReadonlySet<number>): boolean {
    for (const state of loop) {
      for (const [to, ways] of this.#next[state] ?? []) if (loop.has(to) && ways > 1) return true;
    }
    const [begin = 0] = loop;
    // Any state of the loop will do to begin with: it leads to each, and each leads back.
    const before = new Map<number, number[]>();
    this.#pairsFrom(pairKey(begin, begin), (pair) => {
      const next = this.#after(pair, loop);
      for (const other of next) {
        const known = before.get(other);
        if (known === undefined) before.set(other, [pair]);
        else known.push(pair);
      }
      return next;
    });
    if (this.#steps > maxSteps) return false;
    const back = this.#pairsFrom(pairKey(begin, begin), (pair) => before.get(pair) ?? []);
    return [...back].some((pair) => {
      const [a, b] = statesOf(pair);
      return a !== b;
    });
  }

  #pairsFrom(begin: number, next: (pair: number) => readonly number[]): ReadonlySet<number> {
    const seen = new Set([begin]);
    const open = [begin];
    for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
      for (const other of next(pair)) {
        if (seen.has(other)) continue;
        seen.add(other);
        open.push(other);
      }
    }
    return seen;
  }

  #after(pair: number, loop: ReadonlySet<number>): readonly number[] {
    const [a = [], b = []] = statesOf(pair).map((state) =>
      [...(this.#next[state]?.keys() ?? [])].filter((to) => loop.has(to)),
    );
    this.#steps += a.length * b.length;
    if (this.#steps > maxSteps) return [];
    const next: number[] = [];
    for (const left of a) for (const right of b) if (this.#overlap(left, right)) next.push(pairKey(left, right));
    return next;
  }

  /** Whether one character can be both. */
  #overlap(a: number, b: number): boolean {
    if (a === b) return true;
    const key = `${this.#texts[a]}\0${this.#texts[b]}`;
    const known = this.#overlaps.get(key);
    if (known !== undefined) return known;
    const [left, right] = [this.#matchesOf(a), this.#matchesOf(b)];
    const overlap = left.some((matches, index) => matches && right[index] === true);
    this.#overlaps.set(key, overlap);
    return overlap;
  }

  #matchesOf(state: number): readonly boolean[] {
    const text = this.#texts[state] ?? '';
    const known = this.#matches.get(text);
    if (known !== undefined) return known;
    const pattern = new RegExp(`^${/^[/]$/.test(text) ? '\\/' : text}$`, this.#flags.replaceAll(/[gy]/g, ''));
    const matches = this.#samples.map((sample) => pattern.test(sample));
    this.#matches.set(text, matches);
    return matches;
  }
}

const nothing: Part = { first: new Map(), last: new Map(), empty: 1 };

function either(a: Part, b: Part): Part {
  return { first: sum(a.first, b.first), last: sum(a.last, b.last), empty: plus(a.empty, b.empty) };
}

function sum(a: ReadonlyMap<number, Ways>, b: ReadonlyMap<number, Ways>): ReadonlyMap<number, Ways> {
  const both = new Map(a);
  for (const [state, ways] of b) both.set(state, plus(both.get(state) ?? 0, ways));
  return both;
}

function times(a: ReadonlyMap<number, Ways>, ways: Ways): ReadonlyMap<number, Ways> {
  return ways === 0 ? new Map() : new Map([...a].map(([state, own]) => [state, product(own, ways)]));
}

function plus(a: Ways, b: Ways): Ways {
  return Math.min(a + b, 2) as Ways;
}

function product(a: Ways, b: Ways): Ways {
  return Math.min(a * b, 2) as Ways;
}

function pairKey(a: number, b: number): number {
  return a * maxCharacters + b;
}

function statesOf(pair: number): readonly [number, number] {
  return [Math.floor(pair / maxCharacters), pair % maxCharacters];
}

/** Characters that tell the classes of a pattern apart: ASCII, what it names itself, and some of far away. */
function samplesOf(source: string): readonly string[] {
  const ascii = Array.from({ length: 128 }, (_, code) => String.fromCodePoint(code));
  return [...new Set([...ascii, ...Array.from(source), 'é', 'Σ', 'ß', '\u00A0', '\u2028', '中', '٣', '😀'])];
}
