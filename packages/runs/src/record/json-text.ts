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
 * What `JSON.stringify` writes without its content: Map, Promise, Response, Error and their like as an object without
 * members, NaN as null. As deep as JSON goes.
 */
function findEmptied(top: unknown): string | undefined {
  const open: Visit[] = [{ value: top, name: '', above: undefined }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { value } = at;
    if (!mayBeEmptied(value)) continue;
    if (typeof value === 'number') return `${pathOf(at)} is ${value}, which JSON writes as null`;
    if ('toJSON' in value && typeof value.toJSON === 'function') continue;
    if (isEmptied(value)) return `${pathOf(at)} is ${describe(value)}`;
    for (const name in value) {
      const member = (value as Record<string, unknown>)[name];
      if (mayBeEmptied(member) && Object.hasOwn(value, name)) open.push({ value: member, name, above: at });
    }
  }
  return undefined;
}

interface Visit {
  readonly value: unknown;
  readonly name: string;
  readonly above: Visit | undefined;
}

function mayBeEmptied(value: unknown): value is number | object {
  return typeof value === 'number' ? !Number.isFinite(value) : typeof value === 'object' && value !== null;
}

/** Written as its value: `new String('x')`. */
const boxes = new Set(['String', 'Number', 'Boolean']);

function isEmptied(value: object): boolean {
  if (Array.isArray(value)) return false;
  // One with a code keeps that alone, and its message is what the author wants to read.
  if (value instanceof Error) return true;
  return !isPlain(value) && !boxes.has(nameOf(value)) && Object.keys(value).length === 0;
}

/** Also one of another realm, whose `Object` is not ours. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || (Object.getPrototypeOf(prototype) === null && !(Symbol.iterator in value));
}

/** What to write instead, by the name of what is emptied. */
const remedies: Readonly<Record<string, string>> = {
  Promise: 'write `await` before it',
  Response: 'write `await response.json()`',
  Request: 'keep its address',
  Error: 'keep its message',
  DOMException: 'keep its message',
  RegExp: 'keep its source',
  Blob: 'write `await blob.text()`',
  File: 'write `await file.text()`',
  Map: 'write `Object.fromEntries(map)`',
  Headers: 'write `Object.fromEntries(headers)`',
  URLSearchParams: 'write `Object.fromEntries(params)`',
  Set: 'write `[...set]`',
  ArrayBuffer: 'write `Buffer.from(buffer).toString("base64")`',
};

/** A clause that goes behind `is`; a class of the author is called by its name. */
function describe(value: object): string {
  const tag = value instanceof Error ? 'Error' : nameOf(value);
  const { name } = (value as { readonly constructor?: { readonly name?: unknown } }).constructor ?? {};
  const shown = tag === 'Object' && typeof name === 'string' && name !== '' ? name : tag;
  const remedy = remedies[tag];
  const article = /^[AEIOU]/.test(shown) ? 'an' : 'a';
  return `${article} ${shown}, which JSON empties${remedy === undefined ? '' : `: ${remedy}`}`;
}

function pathOf(visit: Visit): string {
  const names: string[] = [];
  for (let at: Visit | undefined = visit; at?.above !== undefined; at = at.above) names.unshift(at.name);
  return names.length === 0 ? 'it' : names.join('.');
}
