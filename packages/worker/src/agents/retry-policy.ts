/** When a failed model turn is asked again. */

import { errorCatalogue, isPerdureError } from '@perdure/contract';

const attempts = 5;
const firstDelayMs = 500;
const maxDelayMs = 30_000;

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
