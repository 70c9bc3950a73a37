/**
 * The calls on a durable context in the file of a pipeline, found in its text. It looks only at what is surely such a
 * call, and says nothing about what is computed. Pure.
 */

import type { DurableContext } from '@perdure/contract';
import { bracketsOf, partsOf, type Bracket, type Range } from './brackets.ts';
import { maskCode } from './mask.ts';

export type ContextMethod = Exclude<keyof DurableContext, 'runId' | 'log'>;

export interface ContextCall {
  /** The name of the context, as in this function. */
  readonly context: string;
  readonly method: ContextMethod;
  readonly at: number;
  readonly args: readonly Argument[];
}

export interface Argument extends Range {
  /** What a text without anything computed says. */
  readonly text: string | undefined;
  /** A whole number that is written out. */
  readonly number: number | undefined;
  /** Of an object that is written out. */
  readonly members: Members | undefined;
}

export interface Members {
  /** By name, what stands behind it. */
  readonly named: ReadonlyMap<string, Argument & { readonly at: number }>;
  /** Whether all of them are in `named`: none is spread or has a computed name. */
  readonly isWhole: boolean;
}

export interface SourceCode {
  readonly source: string;
  readonly code: string;
  readonly brackets: ReadonlyMap<number, Bracket>;
}

/** Undefined of what cannot be read. */
export function readCode(source: string): SourceCode | undefined {
  const code = maskCode(source);
  const brackets = bracketsOf(code);
  return brackets === undefined ? undefined : { source, code, brackets };
}

/** From 1. */
export function lineAt({ source }: Pick<SourceCode, 'source'>, at: number): number {
  return source.slice(0, at).split('\n').length;
}

const methods: Readonly<Record<ContextMethod, true>> = {
  agent: true,
  tool: true,
  step: true,
  map: true,
  review: true,
  human: true,
  run: true,
  sleep: true,
  now: true,
  uuid: true,
};

/** In the order of the text. */
export function contextCalls(read: SourceCode): readonly ContextCall[] {
  const contexts = [...contextNames(read)].map((name) => RegExp.escape(name)).join('|');
  const form = String.raw`(?<![\w$.])(${contexts})\s*\.\s*(${Object.keys(methods).join('|')})\s*(?:<[^()]*?>)?\s*\(`;
  return [...read.code.matchAll(new RegExp(form, 'g'))].flatMap(({ 0: text, index, 1: context = '', 2: method }) => {
    const bracket = read.brackets.get(index + text.length - 1);
    if (bracket === undefined) return [];
    const args = partsOf(read.code, bracket, read.brackets).map((range) => argumentIn(read, range));
    const call = { context, method: method as ContextMethod, at: index, args };
    return isContextCall(call, read) ? [call] : [];
  });
}

/** `list.map(fn)` is that of a list. */
function isContextCall({ method, args }: ContextCall, { code }: SourceCode): boolean {
  if (method !== 'map' || args.length > 2) return true;
  const [, second] = args;
  return second !== undefined && /=>|^\s*(?:async\s+)?function\b/.test(code.slice(second.from, second.to));
}

function argumentIn(read: SourceCode, range: Range): Argument {
  const { code, source } = read;
  const shown = code.slice(range.from, range.to);
  const quoted = /^\s*(?:'[ ]*'|"[ ]*"|`[ ]*`)\s*$/.test(shown);
  const text = quoted ? source.slice(range.from, range.to).trim().slice(1, -1) : undefined;
  const open = range.from + shown.search(/\S/);
  const bracket = code.charAt(open) === '{' ? read.brackets.get(open) : undefined;
  const isObject =
    bracket !== undefined && /^\s*(?:$|(?:as|satisfies)\b)/.test(code.slice(bracket.close + 1, range.to));
  const number = /^\s*\d+\s*$/.test(shown) ? Number(shown) : undefined;
  return { ...range, text, number, members: isObject ? membersOf(read, bracket) : undefined };
}

function membersOf(read: SourceCode, bracket: Bracket): Members {
  const { code, source, brackets } = read;
  const named = new Map<string, Argument & { readonly at: number }>();
  let isWhole = true;
  for (const { from, to } of partsOf(code, bracket, brackets)) {
    const shown = code.slice(from, to);
    const at = from + shown.search(/\S/);
    const { 0: head, 1: name } = /^\s*(?:(?:async|get)\s+)?([\w$]+)\s*(?=[:(]|$)/.exec(shown) ?? [];
    const { 0: quoted } = /^\s*(?:'[ ]*'|"[ ]*")\s*(?=:)/.exec(shown) ?? [];
    if (head !== undefined && name !== undefined) {
      const valueAt = code.charAt(from + head.length) === ':' ? from + head.length + 1 : at;
      named.set(name, { ...argumentIn(read, { from: valueAt, to }), at });
    } else if (quoted !== undefined) {
      const key = source.slice(from, from + quoted.length).trim();
      named.set(key.slice(1, -1), { ...argumentIn(read, { from: from + quoted.length + 1, to }), at });
    } else {
      isWhole = false;
    }
  }
  return { named, isWhole };
}

/**
 * What holds a durable context: the first parameter of `run`, what is typed as one, and what the functions given to
 * `map` and `redo` call their own.
 */
function contextNames({ code, brackets }: SourceCode): ReadonlySet<string> {
  const first = String.raw`(?:\{[^{}]*\}|\[[^[\]]*\]|\w+)(?:\s*:[^,()]*)?`;
  const forms = [
    /(\w+)\s*:\s*DurableContext\b/g,
    new RegExp(String.raw`\bredo\s*(?::\s*(?:async\s*)?)?\(\s*${first}\s*,\s*(\w+)`, 'g'),
    new RegExp(String.raw`\.map\s*\([^;]*?,\s*(?:async\s*)?\(\s*${first}\s*,\s*(\w+)`, 'g'),
  ];
  const found = forms.flatMap((form) => [...code.matchAll(form)].map(([, name = '']) => name));
  const runs = [...code.matchAll(/(?<![\w$.])run\s*(?::\s*(?:async\s*)?)?\(\s*(\w+)/g)].filter(({ 0: text, index }) => {
    // A function, and no call of one.
    const close = brackets.get(index + text.lastIndexOf('('))?.close ?? code.length;
    return /^\s*(?::[^=;{]*)?(?:\{|=>)/.test(code.slice(close + 1));
  });
  return new Set(['ctx', ...found, ...runs.map(([, name = '']) => name)]);
}
