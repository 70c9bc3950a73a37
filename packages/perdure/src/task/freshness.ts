/** Whether evidence still holds: what each check ran on is looked at again, and what has changed makes its evidence void. */

import { isTaskClosed, type Evidence, type Task } from '@perdure/contract';
import { isoTime, isVoid, sha256, subjectOf, type SubjectAnswer } from '@perdure/tasks';
import type { Rim } from '../cli/rim.ts';
import { isRefusal, mirrored, type Desk } from './desk.ts';
import type { WriteOptions } from './options.ts';
import { contextOf } from './who.ts';

/** The task with stale evidence void: recorded if we may write, else in this copy alone. */
export async function voidStale(rim: Rim, desk: Desk, { task, options }: Look): Promise<Task> {
  const evidenceIds = await staleEvidence(rim, desk, task);
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

/**
 * Ids of checks that were run on something else than what is there now. A baseline is about what was there before; and what happens to the
 * files of a closed task is no longer its business.
 */
export async function staleEvidence(rim: Rim, { place }: Desk, task: Task): Promise<readonly string[]> {
  if (isTaskClosed(task.desired_state)) return [];
  const answers = new Map<string, Promise<SubjectAnswer>>();
  const current = ({ cwd = '', subject }: Evidence) => {
    const paths = subject?.paths ?? [];
    const key = sha256(JSON.stringify([cwd, paths]));
    const known = answers.get(key) ?? subjectOf({ cwd, paths, exclude: [place.paths.root], env: rim.env });
    answers.set(key, known);
    return known;
  };
  const checks = task.evidence.filter(
    ({ kind, subject, void_since: voidSince }) => kind === 'check' && subject !== undefined && voidSince === undefined,
  );
  const stale: string[] = [];
  for (const check of checks) if (isVoid(check, await current(check))) stale.push(check.id);
  return stale;
}

export function markVoid(task: Task, ids: readonly string[], at: string): Task {
  const evidence = task.evidence.map((one) => (ids.includes(one.id) ? { ...one, void_since: at } : one));
  return { ...task, evidence };
}
