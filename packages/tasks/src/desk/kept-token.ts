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
export function withKeptToken(deps: KeptDeps, writer: Writer, task: Task | undefined): Writer {
  const token = task === undefined ? undefined : tokenFor(deps, writer, task.task_id);
  return token === undefined ? writer : judged(deps, writer, { token, task });
}

/** The same, where the task is looked at only if a token was kept. */
export async function withKeptTokenOf(
  deps: KeptDeps,
  writer: Writer,
  { taskId, read }: { readonly taskId: string; readonly read: () => Promise<Task | undefined> },
): Promise<Writer> {
  const token = tokenFor(deps, writer, taskId);
  return token === undefined ? writer : judged(deps, writer, { token, task: await read() });
}

function tokenFor({ keptTokens }: KeptDeps, writer: Writer, taskId: string): string | undefined {
  return writer.lease === undefined ? keptTokens?.read(taskId) : undefined;
}

function judged(
  { keptTokens, now }: KeptDeps,
  writer: Writer,
  { token, task }: { readonly token: string; readonly task: Task | undefined },
): Writer {
  if (task === undefined) return writer;
  if (stillCounts(task, sha256(token), now())) return { ...writer, lease: token };
  keptTokens?.forget(task.task_id);
  return writer;
}

function stillCounts({ lease }: Task, hash: string, now: number): boolean {
  if (lease === null) return false;
  const isPast = lease.earlier_hashes.includes(hash) && leaseState(lease, now) === 'alive';
  return lease.token_hash === hash || isPast;
}
