/**
 * Notices an agent that goes round in circles. Pure, over the finished calls of one agent call. The measure is what a
 * call told: the same call may be made again and again as long as it answers something new, as one that waits for a
 * build does.
 */

import { PerdureError } from '@perdure/contract';

export interface FinishedCall {
  readonly seq: number;
  readonly callHash: string;
  readonly resultHash: string;
}

/** The same call this often in a row stops the run. */
export const maxRepeats = 3;
/** So many calls in a row of which none told anything new stop the run. */
export const maxStale = 6;

/**
 * What stops the run instead of the call that would begin; `calls` before `clearedSeq` were seen by a person and do not
 * count.
 */
export function loopProblem(
  calls: readonly FinishedCall[],
  next: { readonly callHash: string; readonly tool: string; readonly clearedSeq: number },
): PerdureError | undefined {
  const counted = calls.filter((call) => call.seq > next.clearedSeq);
  const before = counted.slice(1 - maxRepeats);
  const isRepeated = before.length === maxRepeats - 1 && before.every((call) => call.callHash === next.callHash);
  if (isRepeated) {
    return stuck(`it wants to call "${next.tool}" with the same arguments ${maxRepeats} times in a row`);
  }
  return isStale(counted) ? stuck(`its last ${maxStale} tool calls told nothing new`) : undefined;
}

function isStale(calls: readonly FinishedCall[]): boolean {
  const told = new Set<string>();
  let stale = 0;
  for (const { callHash, resultHash } of calls) {
    const fact = `${callHash} ${resultHash}`;
    stale = told.has(fact) ? stale + 1 : 0;
    told.add(fact);
  }
  return stale >= maxStale;
}

function stuck(why: string): PerdureError {
  return new PerdureError(
    'no_progress',
    `The agent makes no progress: ${why}; tell it what to do (\`perdure runs steer\`), then resume the run, or cancel it.`,
  );
}
