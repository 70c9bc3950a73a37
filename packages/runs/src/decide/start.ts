/** What an idempotency key means: the same key and the same request are one run. Pure. */

export interface KeyedRun {
  readonly runId: string;
  readonly requestHash: string | null;
}

/** `existing`: the same key asked for the same before. `key_reused`: it asked for something else. */
export interface EarlierRun {
  readonly kind: 'existing' | 'key_reused';
  readonly runId: string;
}

/**
 * `earlier`: the run that the key brought about before, if it did. Undefined: nothing stands in the way of a new one.
 */
export function earlierRun(earlier: KeyedRun | undefined, requestHash: string | undefined): EarlierRun | undefined {
  if (earlier === undefined) return undefined;
  const isSame = earlier.requestHash === (requestHash ?? null);
  return { kind: isSame ? 'existing' : 'key_reused', runId: earlier.runId };
}
