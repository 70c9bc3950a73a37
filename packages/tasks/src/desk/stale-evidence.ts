/**
 * Checks whose files have changed since. To look at files takes long, so only three use cases look, and no other
 * write does: `show`, which writes nothing, `continue` and `complete`, which record what they found. Where that is
 * refused, the check counts as void all the same, in what is shown and before the gate: not to be allowed to say
 * that a proof is gone does not bring it back.
 */

import type { Task } from '@perdure/contract';
import { withoutValidity } from '../core/evolve-evidence.ts';
import { holdsLease } from '../core/lease.ts';
import { isoTime } from '../core/time.ts';
import type { ClockDeps, EvidenceDeps, WriteDeps, Writer } from './deps.ts';
import { contextOf, writeTask } from './write.ts';

/** The task with what is stale void: in the log, or in this copy alone. */
export interface EvidenceState {
  readonly task: Task;
  /** Ids of the checks that this look found stale. */
  readonly stale: readonly string[];
}

/** Writes nothing. */
export async function lookAtEvidence(deps: EvidenceDeps & ClockDeps, task: Task): Promise<EvidenceState> {
  const stale = await deps.evidence.stale(task);
  return { task: markVoid(deps, { task, stale }), stale };
}

/** Records it, if the writer may. */
export async function voidStale(deps: WriteDeps & EvidenceDeps, writer: Writer, task: Task): Promise<EvidenceState> {
  const stale = await deps.evidence.stale(task);
  if (stale.length === 0) return { task, stale };
  // The lease of another task says nothing against what was seen here.
  const lease = holdsLease(task, contextOf(deps, writer).tokenHash) ? writer.lease : undefined;
  const command = { type: 'void_evidence', evidenceIds: stale } as const;
  const outcome = await writeTask(deps, { name: writer.name, lease }, { taskId: task.task_id, command });
  return { task: outcome.kind === 'refused' ? markVoid(deps, { task, stale }) : outcome.task, stale };
}

/** A copy in which these checks count no longer. */
export function markVoid({ now }: ClockDeps, { task, stale }: EvidenceState): Task {
  return { ...task, evidence: withoutValidity(task.evidence, stale, isoTime(now())) };
}
