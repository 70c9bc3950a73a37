/** Whether whoever holds a lease is there: asked of the machine before the lock, and held to the lease seen then. */

import type { Task } from '@perdure/contract';
import { leaseState } from '../core/lease.ts';
import type { ClockDeps, LeaseDeps } from './deps.ts';

/** The fence of a living lease whose holder's process is gone: no other lease can be meant by it. */
export function goneFence(
  { isGone, now }: ClockDeps & Pick<LeaseDeps, 'isGone'>,
  task: Task | undefined,
): number | undefined {
  const lease = task?.lease ?? null;
  if (lease?.process === undefined || leaseState(lease, now()) !== 'alive') return undefined;
  return isGone?.(lease.process) === true ? lease.fence : undefined;
}
