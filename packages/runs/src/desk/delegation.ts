/** How a delegation stands, for whoever carries it to the member and back. Pure. */

import { isFinished, takesAnswers } from '@perdure/contract';
import type { DelegationRecord } from './ports.ts';

export type DelegationStanding =
  /** The member is to know of it. */
  | { readonly kind: 'open' }
  /** What comes back is taken, but the run stands still by order: nobody is told of it now. */
  | { readonly kind: 'held' }
  /** It needs nobody: the member has returned it, or a retry of its run goes on with it. */
  | { readonly kind: 'settled' }
  /** Nobody waits any more, for this reason: whoever is at it is to know. */
  | { readonly kind: 'over'; readonly why: 'answered' | 'timed_out' | 'run_ended' | 'not_needed' };

export function delegationStanding(of: DelegationRecord, now: number): DelegationStanding {
  const { answered, runStatus, expiresAt, context } = of;
  if (answered !== undefined) {
    return answered.by === context.to ? { kind: 'settled' } : { kind: 'over', why: 'answered' };
  }
  const closedAt = of.closedAt ?? now;
  if (expiresAt !== null && expiresAt <= Math.min(closedAt, now)) return { kind: 'over', why: 'timed_out' };
  // A retry comes to it again, and it may have been returned by then.
  if (runStatus === 'failed' && of.isAwaited) return { kind: 'settled' };
  if (isFinished(runStatus) || !takesAnswers(runStatus)) return { kind: 'over', why: 'run_ended' };
  if (!of.isAwaited) return { kind: 'over', why: 'not_needed' };
  return { kind: runStatus === 'paused' ? 'held' : 'open' };
}
