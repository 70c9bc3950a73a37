/**
 * How a step stands, as a union by `status`: each arm has what exists then. The record holds times as milliseconds and
 * results as JSON text, the HTTP API times as ISO text and results as values; so both are parameters.
 */

import type { ErrorRecord } from '../errors/error.ts';

/** `Result`: the members that hold the result of a step that is done. */
export type StepState<Time, Result extends object> =
  | {
      readonly status: 'started';
      /** Why the attempt before failed. */
      readonly error?: ErrorRecord;
    }
  | ({ readonly status: 'done'; readonly endedAt: Time } & Readonly<Result>)
  | { readonly status: 'failed'; readonly endedAt: Time; readonly error: ErrorRecord };

/** A step that failed, and why: what leads from there to where `retry` goes on. */
export interface StepFailure {
  /** Full key of the step. */
  readonly key: string;
  readonly error: ErrorRecord;
}
