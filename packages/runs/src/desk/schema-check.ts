/**
 * Checks a value against a JSON Schema that came out of the record, and names every field that is wrong. No user code
 * is loaded to do so.
 */

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { problemsOf, type SchemaProblem } from './schema-problems.ts';

export function compileSchema(schema: Readonly<Record<string, unknown>>): ValidateFunction {
  // An instance of its own: two versions of a schema may carry the same `$id`.
  const ajv = new Ajv2020({ strict: false, allErrors: true, code: { regExp } });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

/** Patterns come from authors, and many are no Unicode patterns: `[\w-.]`. */
const regExp = Object.assign(
  (pattern: string, flags: string): RegExp => {
    try {
      return new RegExp(pattern, flags);
    } catch {
      return new RegExp(pattern, flags.replace('u', ''));
    }
  },
  { code: 'new RegExp' },
);

/** All that is wrong with `value`, which people know as `name`. */
export function problemsIn(validate: ValidateFunction, value: unknown, name: string): readonly SchemaProblem[] {
  return validate(value) ? [] : problemsOf(validate.errors ?? [], name);
}

/** Problems in a sentence; `details` of an error holds all of them. */
const toldProblems = 10;

/** `input.city` is missing; `input.nights` must be <= 14. */
export function problemsText(problems: readonly SchemaProblem[]): string {
  const told = problems.slice(0, toldProblems).map(({ field, message }) => `\`${field}\` ${message}`);
  const more = problems.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** As `details` of an error have them: `field` is the first. */
export function problemDetails(problems: readonly SchemaProblem[]) {
  return { field: problems[0]?.field, problems };
}
