/**
 * What follows a model turn that failed: at first it is asked again within the drive, a few times; where the model is
 * away, the run then waits for it, parked. Where its server would refuse any question, the run stops until somebody has
 * mended what is configured.
 */

import { errorCatalogue, isPerdureError, PerdureError } from '@perdure/contract';
import type { Outage, OutageClaim, Outages } from '@perdure/models';
import type { FailedAttempt, FailurePlan } from '@perdure/runs';

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
export function stillAway(model: string, { reason }: Outage): PerdureError {
  const message = `The model ${model} is away: ${reason}`;
  return new PerdureError('model_unavailable', message, { details: { asked: model, away: true, waits: true } });
}

/** What was known of a model when an attempt began. */
export interface AskedModel {
  /** `server/model` that was to be asked first: outages go by it, whichever of its fallbacks failed. */
  readonly model: string;
  readonly claim: OutageClaim;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
}

/** Rejects where the record of outages cannot be read or written: then nothing is known of the attempt's end either. */
export async function planAfterFailure(
  { error, attempt, awaySince }: FailedAttempt,
  { model, claim, askedAt }: AskedModel,
  { outages, patienceMs, random, now }: RetryDeps,
): Promise<FailurePlan> {
  const isAway = isPerdureError(error) && error.details['away'] === true;
  // Whatever it said, it is there.
  if (claim.kind === 'probe' && !isAway) await outages.noteBack(model);
  if (isPerdureError(error) && error.details['misconfigured'] === true) return { kind: 'stop', error: toMend(error) };
  const delayMs = modelRetryDelay(error, attempt, { random });
  // Once it is known to be away, the quick attempts are over; nor are those quick that wait long for a first byte, or
  // for the time at which the server wants to be asked again.
  const isKnown = claim.kind !== 'free' || awaySince !== undefined;
  const isSlow = patienceMs > 0 && Math.max(delayMs ?? 0, now() - askedAt) > maxDelayMs;
  if (delayMs !== undefined && !(isAway && (isKnown || isSlow))) return { kind: 'again', delayMs };
  if (!isAway || patienceMs === 0) return { kind: 'final' };
  const waitedMs = awaySince === undefined ? 0 : now() - awaySince;
  const { nextAt } = await outageAfter(error, { model, claim, askedAt }, outages);
  if (waitedMs >= patienceMs) return { kind: 'final', error: outOfPatience(error, waitedMs) };
  const wait = { kind: 'model', model, wakeAt: nextAt + spread(random, nextAt - now()) } as const;
  return { kind: 'park', isAttempt: claim.kind !== 'away', wait };
}

async function outageAfter(error: PerdureError, { model, claim }: AskedModel, outages: Outages): Promise<Outage> {
  if (claim.kind === 'away') return claim;
  const { retryAfterMs } = error.details;
  const note = { reason: error.message, ...(typeof retryAfterMs === 'number' && { retryAfterMs }) };
  return await (claim.kind === 'probe' ? claim.probe.noteAway(note) : outages.noteAway(model, note));
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

/** Who waits does not come back at the same moment as all others: the first that comes asks for all. */
function spread(random: () => number, pauseMs: number): number {
  return Math.round(random() * Math.min(Math.max(pauseMs, 0) / 10, 10_000));
}

function toMend({ code, message, details }: PerdureError): PerdureError {
  const remedy =
    'With that mended (settings are read when `perdure up` starts), `perdure runs resume` lets the run go on.';
  return new PerdureError(code, `${message} ${remedy}`, { details });
}

function outOfPatience(error: PerdureError, waitedMs: number): PerdureError {
  const hours = waitedMs / 3_600_000;
  const waited = hours >= 2 ? `${Math.round(hours)} hours` : `${Math.max(1, Math.round(waitedMs / 60_000))} minutes`;
  const message = `${error.message} It was waited for ${waited}; once it answers, retry the run, or raise model.patience for the next time.`;
  return new PerdureError('model_unavailable', message, { details: error.details });
}
