/**
 * Checks a value against a JSON Schema that came out of the record, and names every field that is wrong. No user code
 * is loaded to do so. A check that would not end is a problem too: neither a schema nor a value can stop the server.
 */

import { uncheckedText, type SchemaCheck } from '@perdure/schema-check';
import { problemsOf, type SchemaProblem } from './schema-problems.ts';

export interface CheckedValue {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly value: unknown;
  /** As people know it. */
  readonly name: string;
}

/** All that is wrong with the value. */
export async function problemsIn(
  check: SchemaCheck,
  { schema, value, name }: CheckedValue,
): Promise<readonly SchemaProblem[]> {
  const outcome = await check(schema, value);
  if (outcome.kind === 'checked') return problemsOf(outcome.problems, name);
  const field = outcome.pattern?.field;
  const why = uncheckedText(outcome, 'it');
  return [{ field: field === undefined ? name : `${name}.${field}`, message: `cannot be accepted: ${why}` }];
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
