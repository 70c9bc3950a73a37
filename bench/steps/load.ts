/** A load of constant depth: as soon as one run has ended, the next begins. */

export interface LoadResult {
  readonly runs: number;
  readonly ms: number;
}

/** Keeps `depth` runs in flight until `until` settles, then lets those in flight end. Rejects when a run does. */
export async function keepInFlight(
  depth: number,
  runOnce: () => Promise<void>,
  options: { readonly until: Promise<unknown> },
): Promise<LoadResult> {
  const end = new AbortController();
  const over = options.until.finally(() => end.abort());
  let runs = 0;
  const lane = async (): Promise<void> => {
    while (!end.signal.aborted) {
      await runOnce();
      runs += 1;
    }
  };
  const from = performance.now();
  await Promise.all([over, ...Array.from({ length: depth }, lane)]);
  return { runs, ms: performance.now() - from };
}
