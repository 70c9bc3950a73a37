/**
 * What follows a model turn that failed: at first it is asked again within the drive, a few times; where the model is
 * away, the run then waits for it, parked.
 */

import { errorCatalogue, isPerdureError, PerdureError } from '@perdure/contract';
import type { FailedAttempt, FailurePlan } from '@perdure/runs';
import type { OutageClaim, Outages } from './outages.ts';

const attempts = 5;
const firstDelayMs = 500;
const maxDelayMs = 30_000;

export interface RetryDeps {
  readonly outages: Outages;
  /** How long a step waits for a model that is away, in milliseconds; 0: not at all. */
  readonly patienceMs: number;
  readonly random: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Thrown instead of asking a model that others are waiting for. */
export function stillAway(model: string, claim: Extract<OutageClaim, { kind: 'away' }>): PerdureError {
  const message = `The model ${model} is away: ${claim.reason}`;
  return new PerdureError('model_unavailable', message, { details: { asked: model, away: true, waits: true } });
}

/** `claim`: what was known of the model when the attempt began. */
export async function planAfterFailure(
  { error, attempt, awaySince }: FailedAttempt,
  claim: OutageClaim,
  { outages, patienceMs, random, now }: RetryDeps,
): Promise<FailurePlan> {
  if (!isPerdureError(error)) return { kind: 'final' };
  const model = error.details['asked'];
  const isAway = error.details['away'] === true && typeof model === 'string';
  const isFirst = claim.kind === 'free' && awaySince === undefined;
  if (!isAway || isFirst) {
    const delayMs = modelRetryDelay(error, attempt, { random });
    if (delayMs !== undefined) return { kind: 'again', delayMs };
  }
  if (!isAway || patienceMs === 0) return { kind: 'final' };
  const waitedMs = awaySince === undefined ? 0 : now() - awaySince;
  if (waitedMs >= patienceMs) return { kind: 'final', error: outOfPatience(error, waitedMs) };
  const isAttempt = claim.kind !== 'away';
  const { nextAt } = isAttempt ? await outages.noteAway(model, noteOf(error)) : claim;
  return { kind: 'park', isAttempt, wait: { kind: 'model', model, wakeAt: nextAt + spread(random, nextAt - now()) } };
}

/**
 * Milliseconds to wait before the attempt after `attempt` (from 1), or undefined where the error is final. The delay
 * doubles, and lies between half and all of its bound, so that many runs do not come back together; a longer wish of
 * the server wins.
 */
export function modelRetryDelay(
  error: unknown,
  attempt: number,
  { random }: { readonly random: () => number },
): number | undefined {
  if (attempt >= attempts || !isPerdureError(error) || !errorCatalogue[error.code].retryable) return undefined;
  const bound = Math.min(firstDelayMs * 2 ** (attempt - 1), maxDelayMs);
  const wished = error.details['retryAfterMs'];
  return Math.max(Math.round(bound * (0.5 + random() / 2)), typeof wished === 'number' ? wished : 0);
}

function noteOf({ message, details }: PerdureError) {
  const { retryAfterMs } = details;
  return { reason: message, ...(typeof retryAfterMs === 'number' && { retryAfterMs }) };
}

/** Who waits does not come back at the same moment as all others: the first that comes asks for all. */
function spread(random: () => number, pauseMs: number): number {
  return Math.round(random() * Math.min(Math.max(pauseMs, 0) / 10, 10_000));
}

function outOfPatience(error: PerdureError, waitedMs: number): PerdureError {
  const hours = waitedMs / 3_600_000;
  const waited = hours >= 2 ? `${Math.round(hours)} hours` : `${Math.max(1, Math.round(waitedMs / 60_000))} minutes`;
  return new PerdureError('model_unavailable', `${error.message} It was waited for ${waited} (modelPatience).`, {
    details: error.details,
  });
}
