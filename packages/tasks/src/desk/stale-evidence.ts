/**
 * Evidence whose files have changed since. To look at files takes long, so only three use cases look, and no other
 * write does: `show`, which writes nothing, `continue` and `complete`, which record what they found. Where that is
 * refused, it counts as void all the same, in what is shown and before the gate: not to be allowed to say that a
 * proof is gone does not bring it back. What cannot be compared at the moment does not count at this look, and is
 * recorded nowhere: the next look may find it as it was.
 */

import type { Task } from '@perdure/contract';
import type { Uncompared } from '../core/commands.ts';
import { withoutComparison, withoutValidity } from '../core/evolve-evidence.ts';
import { holdsLease } from '../core/lease.ts';
import { isoTime } from '../core/time.ts';
import type { ClockDeps, EvidenceDeps, WriteDeps, Writer } from './deps.ts';
import { contextOf, writeTask } from './write.ts';

/** The task with what is stale void: in the log, or in this copy alone. */
export interface EvidenceState {
  readonly task: Task;
  /** Ids of the evidence that this look found stale. */
  readonly stale: readonly string[];
  readonly uncompared: readonly Uncompared[];
}

/** Writes nothing. */
export async function lookAtEvidence(deps: EvidenceDeps & ClockDeps, task: Task): Promise<EvidenceState> {
  return markFound(deps, { task, ...(await deps.evidence.compare(task)) });
}

/** Records it, if the writer may. */
export async function voidStale(deps: WriteDeps & EvidenceDeps, writer: Writer, task: Task): Promise<EvidenceState> {
  const { stale, uncompared } = await deps.evidence.compare(task);
  if (stale.length === 0) return markFound(deps, { task, stale, uncompared });
  // The lease of another task says nothing against what was seen here.
  const lease = holdsLease(task, contextOf(deps, writer).tokenHash) ? writer.lease : undefined;
  const command = { type: 'void_evidence', evidenceIds: stale } as const;
  const outcome = await writeTask(deps, { name: writer.name, lease }, { taskId: task.task_id, command });
  return markFound(deps, { task: outcome.kind === 'refused' ? task : outcome.task, stale, uncompared });
}

/** With a copy of the task in which what was found does not count. */
export function markFound({ now }: ClockDeps, { task, stale, uncompared }: EvidenceState): EvidenceState {
  const voided = { ...task, evidence: withoutValidity(task.evidence, stale, isoTime(now())) };
  return { task: withoutComparison(voided, uncompared), stale, uncompared };
}
