/** Work that takes longer than a lease lasts: the lease is renewed while it goes on. */

import { setInterval } from 'node:timers/promises';

/** Renewals in the time that a lease lasts. */
const renewals = 3;

/**
 * Renews at once, and every third of `ttlMs` until the work has ended. @throws what the first renewal throws, before the work begins; one
 * that fails later ends the renewing alone, for whoever records the work is told why.
 */
export async function whileRenewing<Result>(
  renew: () => Promise<unknown>,
  ttlMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  await renew();
  const ended = new AbortController();
  const renewing = renewUntil(renew, ttlMs / renewals, ended.signal).catch(() => undefined);
  try {
    return await work();
  } finally {
    ended.abort();
    await renewing;
  }
}

async function renewUntil(renew: () => Promise<unknown>, everyMs: number, signal: AbortSignal): Promise<void> {
  for await (const _ of setInterval(everyMs, undefined, { signal })) await renew();
}
