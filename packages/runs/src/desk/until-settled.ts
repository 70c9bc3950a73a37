/**
 * Waiting for a run. It does not depend on who waits: a caller that goes away, or a server that stops, ends only the
 * waiting.
 */

import { isSettled } from '@perdure/contract';
import { createDoorbell } from './doorbell.ts';
import type { RunDeskDeps } from './ports.ts';

/** Longest time without a look into the record, should every nudge be lost. */
const lookAgainMs = 1_000;

/** Resolves when the run has ended or needs somebody, when `ms` have passed, or when `signal` aborts. */
export async function untilSettled(
  { reader, live, clock }: Pick<RunDeskDeps, 'reader' | 'live' | 'clock'>,
  runId: string,
  { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
): Promise<void> {
  const deadline = clock() + ms;
  const bell = createDoorbell(signal);
  const unsubscribe = live.subscribe(runId, (news) => news.type === 'committed' && bell.ring());
  try {
    while (!signal.aborted) {
      const status = await reader.getStatus(runId);
      if (status === undefined || isSettled(status)) return;
      const left = deadline - clock();
      if (left <= 0) return;
      await bell.wait(Math.min(left, lookAgainMs));
    }
  } finally {
    unsubscribe();
  }
}
