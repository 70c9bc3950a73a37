/** Whether whoever holds the lease of a task is still there. */

import type { HolderProcess } from '@perdure/contract';
import { processSpace } from './process-ancestry.ts';
import { isSameProcess } from './process-identity.ts';

/** Certainly: of a process in another space nothing is known. */
export function isHolderGone({ pid, started_at: startedAt, machine }: HolderProcess): boolean {
  return machine === processSpace() && !isSameProcess({ pid, startedAt });
}
