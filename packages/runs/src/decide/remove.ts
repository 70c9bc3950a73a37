/** Whether a run may be deleted. Pure. */

import { isFinished, type RunStatus } from '@perdure/contract';
import type { RemovalRefusal } from '../record/removal.ts';

export interface RunToRemove {
  readonly status: RunStatus;
  /** The run that it is a part of, where that is still there. */
  readonly parent: string | undefined;
  readonly below: readonly { readonly id: string; readonly status: RunStatus }[];
}

/** Only what has ended, and a part never without the whole: what a run has called belongs to its record. */
export function decideRemoval(runId: string, run: RunToRemove): RemovalRefusal | { readonly kind: 'accepted' } {
  if (run.parent !== undefined) return { kind: 'is_part', parent: run.parent };
  const going = [{ id: runId, status: run.status }, ...run.below].find(({ status }) => !isFinished(status));
  if (going !== undefined) return { kind: 'not_ended', runId: going.id, status: going.status };
  return { kind: 'accepted' };
}
