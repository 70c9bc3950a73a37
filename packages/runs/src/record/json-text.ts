/**
 * What a pipeline hands over, as JSON text. What JSON would drop in silence is refused: the record would hold less than
 * the author saw.
 */

import { messageOf } from '@perdure/contract';

export type JsonText =
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'not_json'; readonly why: string };

/** `why` is a clause for a sentence. */
export function jsonText(value: unknown): JsonText {
  try {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) return { kind: 'not_json', why: `it is a ${typeof value}` };
    const emptied = findEmptied(value);
    return emptied === undefined ? { kind: 'json', text } : { kind: 'not_json', why: emptied };
  } catch (error) {
    return { kind: 'not_json', why: messageOf(error) };
  }
}

function nameOf(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

/**
 * Collections that `JSON.stringify` writes as an object without their members: Map, Set and their like. As deep as JSON
 * goes.
 */
function findEmptied(top: unknown): string | undefined {
  const open: Visit[] = [{ value: top, name: '', above: undefined }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { value } = at;
    if (typeof value !== 'object' || value === null) continue;
    if ('toJSON' in value && typeof value.toJSON === 'function') continue;
    if (isEmptied(value)) return `${pathOf(at)} is a ${nameOf(value)}, which JSON empties`;
    for (const name in value) {
      const member = (value as Record<string, unknown>)[name];
      if (typeof member === 'object' && member !== null && Object.hasOwn(value, name))
        open.push({ value: member, name, above: at });
    }
  }
  return undefined;
}

interface Visit {
  readonly value: unknown;
  readonly name: string;
  readonly above: Visit | undefined;
}

function isEmptied(value: object): boolean {
  if (Array.isArray(value) || nameOf(value) === 'String') return false;
  return Symbol.iterator in value && Object.keys(value).length === 0;
}

function pathOf(visit: Visit): string {
  const names: string[] = [];
  for (let at: Visit | undefined = visit; at?.above !== undefined; at = at.above) names.unshift(at.name);
  return names.length === 0 ? 'it' : names.join('.');
}
