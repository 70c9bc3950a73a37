/** A JSON Schema as a function. Lenient about the schema: whoever has taken it was as strict as they wanted to be. */

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { JsonSchema } from './outcome.ts';

/** A regular expression as the validator asks it. */
export interface Pattern {
  test(text: string): boolean;
  toString(): string;
}

/** `makePattern`: how a regular expression of the schema is made; default: as it is. */
export function compileSchema(schema: JsonSchema, makePattern: typeof toRegExp = toRegExp): ValidateFunction {
  // An instance of its own: two versions of a schema may carry the same `$id`.
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    logger: false,
    code: {
      // The validator writes `toString()` into nothing that runs; it tells patterns apart by it.
      regExp: Object.assign((pattern: string, flags: string) => makePattern(pattern, flags) as RegExp, {
        code: 'new RegExp',
      }),
    },
  });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

/** Patterns come from authors, and many are no Unicode patterns: `[\w-.]`. */
export function toRegExp(pattern: string, flags: string): Pattern {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return new RegExp(pattern, flags.replace('u', ''));
  }
}
