/**
 * Tokens that an agent need not remember: they are kept for it, by the process that it is. What is kept is a memory
 * and no truth: the task says whether it still means anything.
 */

import type { Task } from '@perdure/contract';
import { leaseState } from '../core/lease.ts';
import { sha256 } from '../core/sha256.ts';
import type { ClockDeps, LeaseDeps, Writer } from './deps.ts';

type KeptDeps = ClockDeps & Pick<LeaseDeps, 'keptTokens'>;

/**
 * The writer with the token that was kept for it, where it named none. One whose lease another has taken over is named
 * too, for whoever held it has to be told; one of a lease that is over is forgotten.
 */
export function withKeptToken({ keptTokens, now }: KeptDeps, writer: Writer, task: Task | undefined): Writer {
  if (writer.lease !== undefined || task === undefined || keptTokens === undefined) return writer;
  const token = keptTokens.read(task.task_id);
  if (token === undefined) return writer;
  if (stillCounts(task, sha256(token), now())) return { ...writer, lease: token };
  keptTokens.forget(task.task_id);
  return writer;
}

function stillCounts({ lease }: Task, hash: string, now: number): boolean {
  if (lease === null) return false;
  const isPast = lease.earlier_hashes.includes(hash) && leaseState(lease, now) === 'alive';
  return lease.token_hash === hash || isPast;
}
