/**
 * A JSON object whose end is missing, or has something else behind it, read as far as it goes: what the original leaves
 * where it dies while it writes over a file.
 */

import { parseExactJson } from '@perdure/contract';
import { isObject, type Fields } from './values.ts';

const deepest = 1_000;

export interface TornObject {
  readonly fields: Fields;
  /** The member in which it breaks off: there may be more of it. Absent where only what came behind was left out. */
  readonly last?: string;
}

/** Undefined where not even its beginning can be read. */
export function readTorn(text: string): TornObject | undefined {
  const scan = scanObject(text);
  if (scan === undefined) return undefined;
  const { whole, candidates } = scan;
  const fields = (whole === undefined ? candidates : [whole]).map(parseOrNothing).find(isObject);
  if (fields === undefined || Object.keys(fields).length === 0) return undefined;
  const last = whole === undefined ? Object.keys(fields).at(-1) : undefined;
  return { fields, ...(last === undefined ? {} : { last }) };
}

interface Scan {
  /** Up to the end of the object, where it has one. */
  readonly whole?: string;
  /** Ways to close it, the fullest first. */
  readonly candidates: readonly string[];
}

function scanObject(text: string): Scan | undefined {
  const begin = /^[\uFEFF\s]*\{/.exec(text)?.[0].length ?? 0;
  if (begin === 0) return undefined;
  const open: string[] = ['}'];
  let lastWhole: string | undefined;
  let quote = -1;
  for (let at = begin; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quote >= 0) {
      if (character === '\\') at += 1;
      else if (character === '"') quote = -1;
    } else if (character === '"') quote = at;
    else if (character === '{' || character === '[') open.push(character === '{' ? '}' : ']');
    else if (character === ',') lastWhole = closed(text.slice(begin - 1, at), open);
    else if (character === '}' || character === ']') {
      open.pop();
      if (open.length === 0) return { whole: text.slice(begin - 1, at + 1), candidates: [] };
      lastWhole = closed(text.slice(begin - 1, at + 1), open);
    }
    if (open.length > deepest) return undefined;
  }
  // A text that breaks off is kept up to there, without half an escape.
  const rest = text.slice(begin - 1).trimEnd();
  const end = quote < 0 ? rest : `${rest.replace(/\\(u[0-9a-fA-F]{0,3})?$/, '')}"`;
  return { candidates: [closed(end, open), ...(lastWhole === undefined ? [] : [lastWhole])] };
}

function closed(text: string, open: readonly string[]): string {
  return `${text}${open.toReversed().join('')}`;
}

function parseOrNothing(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
