/**
 * Changes JSON with comments in single places: what people wrote around these stays as it is, comments and order too.
 * What comes out is read again and held against what it was to be.
 */

import { isDeepStrictEqual } from 'node:util';
import JSON5 from 'json5';
import { at, isObject, type Json } from './home-files.ts';

type Path = readonly string[];

export interface Edit {
  readonly path: Path;
  /** Undefined: it is taken out. */
  readonly value: unknown;
}

/** Undefined where it cannot be changed so that all else stays. */
export function editJson5(text: string, edits: readonly Edit[]): string | undefined {
  let now = text;
  for (const edit of edits) {
    const next = edited(now, edit);
    if (next === undefined) return undefined;
    now = next;
  }
  return now;
}

function edited(text: string, { path, value }: Edit): string | undefined {
  const before = parsed(text);
  if (!isObject(before)) return undefined;
  if (isDeepStrictEqual(at(before, path), value)) return text;
  const root = readValue(text, skip(text, 0));
  const next = root && (value === undefined ? without(text, root, path) : withValue(text, root, { path, value }));
  if (next === undefined) return undefined;
  return isDeepStrictEqual(parsed(next), changed(before, path, value)) ? next : undefined;
}

/** As the text is to be read afterwards. */
function changed(of: Json, [name = '', ...rest]: Path, value: unknown): Json {
  const others = Object.entries(of).filter(([key]) => key !== name);
  const inner = Object.hasOwn(of, name) ? of[name] : undefined;
  if (rest.length === 0 && value === undefined) return Object.fromEntries(others);
  if (value === undefined && !isObject(inner)) return of;
  const next = rest.length === 0 ? value : changed(isObject(inner) ? inner : {}, rest, value);
  return Object.fromEntries([...others, [name, next]]);
}

function parsed(text: string): unknown {
  try {
    return JSON5.parse(text);
  } catch {
    return undefined;
  }
}

interface Span {
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
}
interface Member {
  readonly name: string;
  readonly start: number;
  readonly value: Node;
}
interface Node extends Span {
  /** Absent: it is no object. */
  readonly members?: readonly Member[];
}

/** Of two of one name the last counts. */
const memberOf = (node: Node, name: string): Member | undefined =>
  node.members?.findLast((member) => member.name === name);

function withValue(text: string, node: Node, { path: [name = '', ...rest], value }: Edit): string | undefined {
  const found = memberOf(node, name);
  if (found === undefined) {
    const inner = rest.reduceRight<unknown>((of, key) => ({ [key]: of }), value);
    const comma = node.members?.length === 0 ? '' : ',';
    const added = ` ${JSON.stringify(name)}: ${JSON.stringify(inner)}${comma}`;
    return spliced(text, { start: node.start + 1, end: node.start + 1 }, added);
  }
  if (rest.length > 0 && found.value.members !== undefined) {
    return withValue(text, found.value, { path: rest, value });
  }
  const whole = rest.reduceRight<unknown>((of, key) => ({ [key]: of }), value);
  return spliced(text, found.value, JSON.stringify(whole));
}

/** With the comma that divided it from the others. */
function without(text: string, node: Node, [name = '', ...rest]: Path): string | undefined {
  const found = memberOf(node, name);
  if (found === undefined) return text;
  if (rest.length > 0) return without(text, found.value, rest);
  const behind = skip(text, found.value.end);
  if (text[behind] === ',') return spliced(text, { start: found.start, end: behind + 1 }, '');
  const earlier = (node.members ?? []).filter(({ start }) => start < found.start).at(-1);
  const start = earlier === undefined ? found.start : skip(text, earlier.value.end);
  const gap = text.slice(start + 1, found.start);
  return earlier === undefined
    ? spliced(text, { start, end: found.value.end }, '')
    : spliced(text, { start, end: found.value.end }, gap);
}

const spliced = (text: string, { start, end }: Span, by: string): string => text.slice(0, start) + by + text.slice(end);

/** The next character that is neither space nor comment. */
function skip(text: string, from: number): number {
  const gap = /(?:\s|\u{feff}|\/\/[^\n\r\u{2028}\u{2029}]*|\/\*[\s\S]*?\*\/)*/uy;
  gap.lastIndex = from;
  return from + (gap.exec(text)?.[0].length ?? 0);
}

const quoted = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'/y;
const bare = /[^\s,:{}[\]"'/]+/y;

function tokenAt(text: string, from: number): string | undefined {
  for (const pattern of [quoted, bare]) {
    pattern.lastIndex = from;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Deeper than any settings. */
const deepest = 60;

/** Undefined where it is none. */
function readValue(text: string, start: number, depth = 0): Node | undefined {
  if (depth > deepest) return undefined;
  const open = text[start];
  if (open !== '{' && open !== '[') {
    const token = tokenAt(text, start);
    return token === undefined ? undefined : { start, end: start + token.length };
  }
  const members: Member[] = [];
  let next = skip(text, start + 1);
  while (text[next] !== undefined && text[next] !== '}' && text[next] !== ']') {
    const name: string | undefined = open === '{' ? tokenAt(text, next) : '';
    const colon = open === '{' ? skip(text, next + (name?.length ?? 0)) : next - 1;
    if (name === undefined || (open === '{' && text[colon] !== ':')) return undefined;
    const value = readValue(text, skip(text, colon + 1), depth + 1);
    if (value === undefined) return undefined;
    members.push({ name: nameIn(name), start: next, value });
    next = skip(text, value.end);
    if (text[next] === ',') next = skip(text, next + 1);
  }
  if (text[next] === undefined) return undefined;
  return { start, end: next + 1, ...(open === '{' && { members }) };
}

const nameIn = (token: string): string => (/^["']/.test(token) ? String(parsed(token)) : token);
