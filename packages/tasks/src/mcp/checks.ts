/** Checks as the tools run them: where, on what, and what has become of those that ran before. */

import { isAbsolute, relative, resolve } from 'node:path';
import type { Evidence, Task } from '@perdure/contract';
import { refuse } from '../core/answers.ts';
import type { Refusal } from '../core/ports.ts';
import { isVoid, runCheck, type CheckOutcome } from '../rim/evidence.ts';
import { subjectOf, type SubjectAnswer } from '../rim/subject.ts';
import { write, type ToolHost } from './host.ts';

export interface CheckRequest {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly paths: readonly string[];
  readonly timeoutMs: number;
}

export async function check(host: ToolHost, request: CheckRequest, signal: AbortSignal): Promise<CheckOutcome> {
  const { now, newId, env, exclude } = host;
  return await runCheck({ ...request, signal, env, exclude, now, newId });
}

/** The folder of a check: that of the task or one inside it, so that a slip of the pen does not run things elsewhere. */
export function folderOf(host: ToolHost, task: Task, folder = '.'): string | Refusal {
  const base = task.project === '' ? host.project : task.project;
  const path = resolve(base, folder);
  const inside = relative(base, path);
  if (!inside.startsWith('..') && !isAbsolute(inside)) return path;
  return refuse('invalid_input', `Checks of task ${task.task_id} run inside ${base}; name a folder in it.`);
}

/** Checks whose files are no longer those they ran on, by the id of their evidence. */
export async function staleChecks(host: ToolHost, { evidence }: Task): Promise<readonly string[]> {
  const seen = new Map<string, Promise<SubjectAnswer>>();
  const stale = await Promise.all(evidence.map(async (one) => ((await isStale(host, one, seen)) ? [one.id] : [])));
  return stale.flat();
}

/** Voids them, if the caller may write. */
export async function voidStale(
  host: ToolHost,
  task: Task,
  lease: string | undefined,
): Promise<{ readonly task: Task; readonly voided: readonly string[] }> {
  const evidenceIds = await staleChecks(host, task);
  if (evidenceIds.length === 0) return { task, voided: [] };
  const outcome = await write(host, { task_id: task.task_id, lease }, { type: 'void_evidence', evidenceIds });
  return outcome.kind === 'refused' ? { task, voided: [] } : { task: outcome.task, voided: evidenceIds };
}

async function isStale(
  { env, exclude }: ToolHost,
  { kind, subject, cwd, void_since, ...rest }: Evidence,
  seen: Map<string, Promise<SubjectAnswer>>,
): Promise<boolean> {
  if (kind !== 'check' || subject === undefined || cwd === undefined || void_since !== undefined) return false;
  const { paths } = subject;
  const key = JSON.stringify([cwd, paths]);
  const current = seen.get(key) ?? subjectOf({ cwd, paths, exclude, env });
  seen.set(key, current);
  return isVoid({ ...rest, subject }, await current);
}
