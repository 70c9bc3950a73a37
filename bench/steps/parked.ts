/** Runs that are parked: waiting for them, and waking them. */

import type { BenchClient } from './client.ts';

/** Resolves when the run is parked behind more than `after` commits. */
export async function parked(client: BenchClient, runId: string, after: number): Promise<void> {
  await client.seen(runId, ({ status, commitNo }) => status === 'waiting' && commitNo > after);
}

/** From the wake until the record shows that the run has been driven and is parked again. */
export async function timeWake(client: BenchClient, runId: string): Promise<number> {
  const { commitNo } = client.row(runId);
  const from = performance.now();
  await Promise.all([client.wake(runId), parked(client, runId, commitNo)]);
  return performance.now() - from;
}
