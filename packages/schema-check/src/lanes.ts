/**
 * Which check begins next where there are fewer threads than checks. Pure.
 *
 * Schemas that were too slow before share one thread, so that a check of any other never waits for two of them.
 */

export interface Lanes {
  /** Schemas being checked against now, as text. */
  readonly atWork: readonly string[];
  readonly threads: number;
  /** Schemas that have gone over the time before, on whatever value. */
  readonly slow: ReadonlySet<string>;
}

/** Index of the one to begin; undefined where all have to wait. Oldest first. */
export function nextCheck(waiting: readonly string[], { atWork, threads, slow }: Lanes): number | undefined {
  if (atWork.length >= threads) return undefined;
  const isSlowAtWork = atWork.some((schema) => slow.has(schema));
  const next = waiting.findIndex((schema) => !(isSlowAtWork && slow.has(schema)));
  return next < 0 ? undefined : next;
}
