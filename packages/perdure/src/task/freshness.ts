/** Evidence that no longer holds, made void: what each check ran on is looked at again. */

import type { Task } from '@perdure/contract';
import { isoTime, staleEvidence, withoutValidity } from '@perdure/tasks';
import type { Rim } from '../cli/rim.ts';
import { isRefusal, mirrored, type Desk } from './desk.ts';
import type { WriteOptions } from './options.ts';
import { contextOf } from './who.ts';

/** The task with stale evidence void: recorded if we may write, else in this copy alone. */
export async function voidStale(rim: Rim, desk: Desk, { task, options }: Look): Promise<Task> {
  const evidenceIds = await staleChecks(rim, desk, task);
  if (evidenceIds.length === 0) return task;
  const { tokenHash, ...context } = contextOf(rim, options);
  const isOurs = tokenHash !== undefined && tokenHash === task.lease?.token_hash;
  const outcome = await desk.store.apply(
    task.task_id,
    { type: 'void_evidence', evidenceIds },
    { ...context, ...(isOurs ? { tokenHash } : {}) },
  );
  if (isRefusal(outcome)) return markVoid(task, evidenceIds, isoTime(rim.now()));
  return (await mirrored(rim, desk, { written: outcome, options })).task;
}

export interface Look {
  readonly task: Task;
  readonly options: Omit<WriteOptions, 'revision'>;
}

/** Ids of checks that no longer hold. */
export async function staleChecks({ env }: Rim, { place }: Desk, task: Task): Promise<readonly string[]> {
  return await staleEvidence(task, { env, exclude: [place.paths.root] });
}

export function markVoid(task: Task, ids: readonly string[], at: string): Task {
  return { ...task, evidence: withoutValidity(task.evidence, ids, at) };
}
