/** Files of a home that somebody else has written, as text: plain ones alone, and none that nobody wrote by hand. */

import { join } from 'node:path';
import { plainTextIn } from '@perdure/home';
import JSON5 from 'json5';

export const settingsFile = 'openclaw.json';
export const variablesFile = '.env';

const mostBytes = 1_000_000;

/** Undefined: there is none, it is a link, or it is larger than any of its kind. */
export const textAt = (path: string): string | undefined => plainTextIn(path, { mostBytes });

export const textIn = (home: string, name: string): string | undefined => textAt(join(home, name));

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of JSON with comments. Undefined where it is none, or no object. */
export function objectIn(text: string | undefined): Json | undefined {
  try {
    const value: unknown = JSON5.parse(text ?? '');
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What lies at a path; undefined where nothing does. Names that every object has are none of its own. */
export function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((of, name) => (isObject(of) && Object.hasOwn(of, name) ? of[name] : undefined), value);
}
