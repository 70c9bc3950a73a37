/** Checks a value against a JSON Schema that came out of the record, and names the field that is wrong. No user code is loaded to do so. */

import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export interface SchemaProblem {
  /** The name given to the whole value, or a path below it: `answer.verdict`. */
  readonly field: string;
  readonly message: string;
}

export function compileSchema(schema: Readonly<Record<string, unknown>>): ValidateFunction {
  // An instance of its own: two versions of a schema may carry the same `$id`.
  const ajv = new Ajv2020({ strict: false, code: { regExp } });
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

/** What is wrong with `value`, which people know as `name`; undefined where nothing is. */
export function problemIn(validate: ValidateFunction, value: unknown, name: string): SchemaProblem | undefined {
  return validate(value) ? undefined : problemOf(validate.errors?.[0], name);
}

function problemOf(error: ErrorObject | undefined, name: string): SchemaProblem {
  const path = (error?.instancePath ?? '').split('/').slice(1).map(unescapePointer);
  const extra: unknown = error?.params['missingProperty'] ?? error?.params['additionalProperty'];
  if (typeof extra === 'string') path.push(extra);
  const message =
    typeof extra === 'string' ? (error?.keyword === 'required' ? 'is missing' : 'is unknown') : error?.message;
  return { field: [name, ...path].join('.'), message: message ?? 'is not valid' };
}

function unescapePointer(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
