/** Waiting for a condition that only polling can see, with a deadline that says what was waited for. */

import { setTimeout as delay } from 'node:timers/promises';

/** How long, how often, and what for. */
export interface UntilOptions {
  /** Default 25,000: a busy machine is no failure. */
  readonly withinMs?: number;
  /** Ends the sentence "not within 5,000 ms: ...". */
  readonly what: string;
  readonly everyMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Resolves to the first value of `look` that is neither undefined nor false; rejects when time is up. */
export async function until<T>(
  look: () => T | Promise<T>,
  options: UntilOptions,
): Promise<Exclude<T, undefined | false>> {
  const { withinMs = 25_000, what, everyMs = 20, signal } = options;
  const deadline = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>;
    signal?.throwIfAborted();
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await delay(everyMs, undefined, { signal });
  }
}
