/** Work that takes longer than a lease lasts: the lease is renewed while it goes on. */

import { setInterval } from 'node:timers/promises';
import type { Refusal } from '../core/ports.ts';

/** Renewals in the time that a lease lasts. */
const renewals = 3;

/** Renews once; a refusal: the lease is lost. */
export type RenewLease = () => Promise<Refusal | void>;

/**
 * Renews at once, and every third of `ttlMs` until the work has ended. Where the first renewal is refused, that is
 * the answer, and the work does not begin; one that fails later ends the renewing alone, for whoever records the
 * work is told why.
 */
export async function whileRenewing<Result>(
  renew: RenewLease,
  ttlMs: number,
  work: () => Promise<Result>,
): Promise<Result | Refusal> {
  const refusal = await renew();
  if (refusal !== undefined) return refusal;
  const ended = new AbortController();
  const renewing = renewUntil(renew, ttlMs / renewals, ended.signal).catch(() => undefined);
  try {
    return await work();
  } finally {
    ended.abort();
    await renewing;
  }
}

async function renewUntil(renew: RenewLease, everyMs: number, signal: AbortSignal): Promise<void> {
  for await (const _ of setInterval(everyMs, undefined, { signal })) {
    if ((await renew()) !== undefined) return;
  }
}
