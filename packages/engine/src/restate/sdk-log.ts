/**
 * What the SDK says, in our words. It speaks to those who run a Restate of their own: of signatures between machines,
 * and of a user interface that our engine does not have.
 */

import type { LoggerTransport } from '@restatedev/restate-sdk';

type LogMetadata = Parameters<LoggerTransport>[0];

/** Levels that are worth a line. */
const loud: readonly string[] = ['error', 'warn'];

/** What it says of a caller who is not the engine, and when that one's connection is ended; and of our second look. */
const refusals: readonly RegExp[] = [
  // Of connections on which the engine has signed a call, the next ones are not checked again.
  /^Accepting requests without validating request signatures/u,
  /^Rejecting request as its JWT did not validate/u,
  /^Unexpected error: Error[^:]*: Premature close/u,
];

/** A line for our log; undefined where there is nothing to tell. Pure. */
export function lineOf({ level, context }: Pick<LogMetadata, 'level' | 'context'>, text: string): string | undefined {
  if (!loud.includes(level)) return undefined;
  // Any account of the machine may knock, as often as it likes: a line for each would fill the log.
  if (refusals.some((refusal) => refusal.test(text))) return undefined;
  if (text.startsWith('Got abort error from connection')) {
    // Without a key it was the probe: who asked knows.
    const run = context?.key;
    return (
      run &&
      `a drive of run ${run} ended while the engine was gone; what it did is recorded, and the engine calls again`
    );
  }
  return text;
}
