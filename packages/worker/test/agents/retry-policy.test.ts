import { errorCatalogue, PerdureError, type ErrorCode } from '@perdure/contract';
import { expect, test } from 'vitest';
import { modelRetryDelay } from '../../src/agents/retry-policy.ts';

const unavailable = (retryAfterMs?: number) =>
  new PerdureError('model_unavailable', 'm', retryAfterMs === undefined ? {} : { details: { retryAfterMs } });
const latest = { random: () => 0.999999 };
const earliest = { random: () => 0 };

test('the wait doubles from half a second, and there are five attempts in all', () => {
  const waits = [1, 2, 3, 4, 5].map((attempt) => modelRetryDelay(unavailable(), attempt, latest));
  expect(waits).toEqual([500, 1000, 2000, 4000, undefined]);
  expect(modelRetryDelay(unavailable(), 1, earliest)).toBe(250);
});

test('a longer Retry-After wins, a shorter one does not', () => {
  expect(modelRetryDelay(unavailable(7_000), 1, latest)).toBe(7_000);
  expect(modelRetryDelay(unavailable(10), 1, latest)).toBe(500);
});

test('what is not retryable by the catalogue, and what is no error of ours, is final', () => {
  for (const code of Object.keys(errorCatalogue) as ErrorCode[]) {
    const delay = modelRetryDelay(new PerdureError(code, 'm'), 1, earliest);
    expect(delay === undefined, code).toBe(!errorCatalogue[code].retryable);
  }
  expect(modelRetryDelay(new DOMException('aborted', 'AbortError'), 1, earliest)).toBeUndefined();
});
