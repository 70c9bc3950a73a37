/**
 * Values as servers send them: a text may come as parts, an object as null, a list as the one thing in it. Each
 * function takes all forms it knows of and answers the plain one; what has no meaning is undefined.
 */

import type { Json } from '@perdure/contract';

export type Given = Readonly<Record<string, unknown>>;

/** The members of an object; none of anything else. */
export function membersOf(value: unknown): Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Given) : {};
}

export function isObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list; of one thing that should be in a list, or of an object whose keys are places, the list of it. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return [];
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => /^\d+$/.test(key)) ? Object.values(value) : [value];
}

/** A text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A name or id, which some servers send as a number. */
export function nameFrom(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : textOf(value);
}

/** A number, also as a text. */
export function numberFrom(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' ? number : undefined;
}

/** A whole number from 0 on, also as a text. */
export function indexFrom(value: unknown): number | undefined {
  const number = numberFrom(value);
  return number !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** JSON in a text, or undefined. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Whether the text is one JSON value, from its beginning to its end. */
export function isWholeJson(text: string): boolean {
  const first = text.trimStart()[0];
  return first !== undefined && parseJson(text) !== undefined;
}
