/** Checks as the tools run them: where, on what, and what becomes of those that ran before. */

import { isAbsolute, relative, resolve } from 'node:path';
import type { Task } from '@perdure/contract';
import { refuse } from '../core/answers.ts';
import type { Refusal } from '../core/ports.ts';
import { runCheck, type CheckOutcome } from '../evidence/evidence.ts';
import { staleEvidence } from '../evidence/stale-evidence.ts';
import { holdsLease } from '../core/lease.ts';
import { whileRenewing } from '../desk/keep-lease.ts';
import { contextOf, write, type Named, type ToolHost } from './host.ts';

export interface CheckRequest {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly paths: readonly string[];
  readonly timeoutMs: number;
}

/** Runs it. The caller's lease lasts at least as long as the check does. */
export async function check(
  host: ToolHost,
  request: CheckRequest,
  { task, named, signal }: { readonly task: Task; readonly named: Named; readonly signal: AbortSignal },
): Promise<CheckOutcome> {
  const { now, newId, env, exclude } = host;
  const run = async () => await runCheck({ ...request, signal, env, exclude, now, newId });
  const latest = { ...named, revision: undefined };
  if (!holdsLease(task, contextOf(host, latest).tokenHash)) return await run();
  return await whileRenewing(() => write(host, latest, { type: 'renew_lease' }), task.lease.ttl_ms, run);
}

/** The folder of a check: that of the task or one inside it, so that a slip of the pen does not run things elsewhere. */
export function folderOf(host: ToolHost, task: Task, folder = '.'): string | Refusal {
  const base = task.project === '' ? host.folder : task.project;
  const path = resolve(base, folder);
  const inside = relative(base, path);
  if (!inside.startsWith('..') && !isAbsolute(inside)) return path;
  return refuse('invalid_input', `Checks of task ${task.task_id} run inside ${base}; name a folder in it.`);
}

/** Voids what no longer holds, if the caller may write. */
export async function voidStale(
  host: ToolHost,
  task: Task,
  lease: string | undefined,
): Promise<{ readonly task: Task; readonly voided: readonly string[] }> {
  const evidenceIds = await staleEvidence(task, host);
  if (evidenceIds.length === 0) return { task, voided: [] };
  const outcome = await write(host, { task_id: task.task_id, lease }, { type: 'void_evidence', evidenceIds });
  return outcome.kind === 'refused' ? { task, voided: [] } : { task: outcome.task, voided: evidenceIds };
}
