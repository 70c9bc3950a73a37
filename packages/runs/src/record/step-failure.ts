/**
 * Which step failed, and how. It travels with the error that an author's code is given: whatever comes back out of that
 * code, if it is that error, names the step where `retry` goes on. The error's own `details` name it too, for people.
 */

import { PerdureError, type ErrorRecord, type StepFailure } from '@perdure/contract';
import { authorError } from './author-error.ts';

const failures = new WeakMap<object, StepFailure>();

/** The error of a failed step, as the pipeline sees it: the same on the first pass and on every later one. */
export function errorOf({ key, error }: StepFailure): PerdureError {
  const thrown = new PerdureError(error.code, error.message, { details: { stepKey: key, ...error.details } });
  failures.set(thrown, { key, error });
  return thrown;
}

/** The failed step behind what an author's code threw; undefined where that is an error of its own. */
export function failureBehind(thrown: unknown): StepFailure | undefined {
  return typeof thrown === 'object' && thrown !== null ? failures.get(thrown) : undefined;
}

/** A composite failed: because of the part that failed, or by itself. */
export function failureOfComposite(thrown: unknown, key: string): StepFailure {
  const error = authorError(thrown, 'step_failed');
  const culprit = failureBehind(thrown)?.key ?? key;
  return { key: culprit, error: { ...error, details: { stepKey: culprit, ...error.details } } };
}

/**
 * A step that does work of its own failed: it is this one, whatever step (of another run, even) the error was born in.
 */
export function failureOfWork(thrown: unknown, key: string): StepFailure {
  return { key, error: blaming(authorError(thrown, 'step_failed'), key) };
}

/** Names `key` to people where the error names another step. */
function blaming(error: ErrorRecord, key: string): ErrorRecord {
  return error.details?.['stepKey'] === undefined ? error : { ...error, details: { ...error.details, stepKey: key } };
}
