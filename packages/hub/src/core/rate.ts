/** How often somebody may do something. Time is an input. */

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

export interface Rate {
  readonly perSecond: number;
  /** At once, after a pause. */
  readonly burst: number;
}

/** Messages and edits of one principal. */
export const sendRate: Rate = { perSecond: 20, burst: 60 };

/** Buckets that nobody took from for this long are full again. */
const tidyAbove = 10_000;

export class Limiter {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** 0: it may be done, and counts. Else milliseconds until it may. */
  take(key: string, now: number): number {
    const { perSecond, burst } = this.#rate;
    const { tokens, at } = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const have = Math.min(burst, tokens + (Math.max(0, now - at) * perSecond) / 1_000);
    const isAllowed = have >= 1;
    this.#buckets.set(key, { tokens: isAllowed ? have - 1 : have, at: now });
    if (this.#buckets.size > tidyAbove) this.#tidy(now);
    return isAllowed ? 0 : Math.ceil(((1 - have) * 1_000) / perSecond);
  }

  #tidy(now: number): void {
    const fullAfterMs = (this.#rate.burst * 1_000) / this.#rate.perSecond;
    for (const [key, { at }] of this.#buckets) if (now - at > fullAfterMs) this.#buckets.delete(key);
  }
}

const windowMs = 60_000;
const allowedFailures = 10;
const longestDelayMs = 300_000;

interface Failures {
  /** When each failed, oldest first; no more than are allowed. */
  readonly times: readonly number[];
  /** How often it was tried again too early. */
  readonly early: number;
  readonly openAt: number;
}

/**
 * Keys that were wrong, by the address they came from: ten a minute, and each one beyond makes the pause longer. Whose
 * key is right is never asked: somebody who guesses must not keep the owner out.
 */
export class FailedKeys {
  readonly #addresses = new Map<string, Failures>();

  /** 0: the failure is told as what it is. Else milliseconds for which it is told nothing but to wait. */
  fail(address: string, now: number): number {
    if (this.#addresses.size > tidyAbove) this.#tidy(now);
    const before = this.#addresses.get(address) ?? { times: [], early: 0, openAt: 0 };
    const times = before.times.filter((time) => now - time < windowMs);
    if (times.length < allowedFailures && now >= before.openAt) {
      const early = times.length === 0 ? 0 : before.early;
      this.#addresses.set(address, { times: [...times, now], early, openAt: 0 });
      return 0;
    }
    const early = before.early + 1;
    const delayMs = Math.min(1_000 * 2 ** Math.min(early, 20), longestDelayMs);
    const openAt = Math.max(now + delayMs, (times[0] ?? now) + windowMs);
    this.#addresses.set(address, { times, early, openAt });
    return openAt - now;
  }

  #tidy(now: number): void {
    for (const [address, { times, openAt }] of this.#addresses) {
      if (openAt < now && now - (times.at(-1) ?? 0) > windowMs) this.#addresses.delete(address);
    }
  }
}
