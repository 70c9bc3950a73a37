/** What became of a check. */

import type { ErrorObject } from 'ajv/dist/2020.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** As the validator tells it: where in the value, by which rule of the schema. */
export type CheckProblem = Pick<ErrorObject, 'instancePath' | 'schemaPath' | 'keyword' | 'params' | 'message'>;

export type CheckOutcome =
  /** `problems`: at most the first 500; none where the value is what the schema says. */
  { readonly kind: 'checked'; readonly problems: readonly CheckProblem[] } | Unchecked;

/** Nobody knows whether the value is right: to find out takes more than there is. */
export interface Unchecked {
  readonly kind: 'unchecked';
  /**
   * `time`: the limit was over. `memory`: that of a check was used up. `size`, `depth`: the value is larger than is
   * looked at.
   */
  readonly for: 'time' | 'memory' | 'size' | 'depth';
  /** The limit, in milliseconds, bytes, characters or levels. */
  readonly limit: number;
  /** The regular expression that was at work when time was over, where it was one. */
  readonly pattern?: { readonly text: string; readonly field: string | undefined };
}

/**
 * Resolves, within the limits, however slow the schema is on that value. Rejects where the schema itself cannot be
 * used.
 */
export type SchemaCheck = (schema: JsonSchema, value: unknown) => Promise<CheckOutcome>;
