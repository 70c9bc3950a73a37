/**
 * Calls of one context with one key that are surely both made: they lie in one block of one function, and neither hangs
 * on a condition. What may be either this or that is left to the run, which names both places. Pure.
 */

import { shallow, type Bracket } from './brackets.ts';
import type { SourceCode } from './context-calls.ts';
import type { KeyedCall } from './keyed-call.ts';

export interface KeyUsedTwice {
  readonly key: string;
  readonly at: number;
  readonly first: number;
}

export function keysUsedTwice(calls: readonly KeyedCall[], read: SourceCode): readonly KeyUsedTwice[] {
  const first = new Map<string, { readonly at: number; readonly block: string; readonly endsBlock: boolean }>();
  return calls.flatMap(({ context, key, at }) => {
    const { block, isSure, endsBlock } = placeOf(at, read);
    if (!isSure) return [];
    const name = `${block} ${context} ${key}`;
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, { at, block, endsBlock });
      return [];
    }
    return before.endsBlock || isOtherCase(read, { from: before.at, to: at }) ? [] : [{ key, at, first: before.at }];
  });
}

interface CallPlace {
  /** Where the block, or the function of one expression, begins that it lies in. */
  readonly block: string;
  /** Whether it is made each time the block is gone through to it. */
  readonly isSure: boolean;
  /** Whether nothing behind it is reached. */
  readonly endsBlock: boolean;
}

const conditional = /\b(?:if|else|for|while|do|switch|case|default|catch)\b|[?]|&&|\|\||^\s*[:.]/;

function placeOf(at: number, { code, brackets }: SourceCode): CallPlace {
  let isSure = true;
  let endsBlock = false;
  let bracket = innermost(at, brackets);
  let to = at;
  for (;;) {
    const from = bracket === undefined ? 0 : bracket.open + 1;
    const isBlock = bracket === undefined || beginsBlock(code, bracket);
    const text = shallow(code, { from, to }, brackets);
    const statement = isBlock ? (text.split(/;|\{\}[^\S\n]*\n/).at(-1) ?? '') : (text.split(',').at(-1) ?? '');
    const arrow = statement.lastIndexOf('=>');
    const own = arrow < 0 ? statement : statement.slice(arrow + 2);
    if (conditional.test(own)) isSure = false;
    if (/\b(?:return|throw)\b/.test(own)) endsBlock = true;
    if (arrow >= 0) return { block: `${from} ${text.lastIndexOf('=>')}`, isSure, endsBlock };
    if (isBlock || bracket === undefined) return { block: `${from}`, isSure, endsBlock };
    to = bracket.open;
    bracket = bracket.outer;
  }
}

/** Of an object all members are made. */
function beginsBlock(code: string, { open }: Bracket): boolean {
  return (
    code.charAt(open) === '{' && !/(?:[(,[:?&|]|[^=]=|\breturn)\s*$/.test(code.slice(Math.max(0, open - 80), open))
  );
}

function innermost(at: number, brackets: ReadonlyMap<number, Bracket>): Bracket | undefined {
  let found: Bracket | undefined;
  for (const bracket of brackets.values()) {
    if (bracket.open < at && at < bracket.close && (found === undefined || bracket.open > found.open)) found = bracket;
  }
  return found;
}

/** Cases of one `switch` lie in one block. */
function isOtherCase({ code, brackets }: SourceCode, range: { readonly from: number; readonly to: number }): boolean {
  return /\b(?:case|default)\b/.test(shallow(code, range, brackets));
}
