/** Reconcile: what of the open actions is known to have happened, and what is still open. */

import type { Task } from '@perdure/contract';
import { own } from './answers.ts';
import type { Draft } from './draft.ts';
import { pendingId, pendingKey, unknownActions } from './pending.ts';

export interface Finding {
  /** Of an action, or of a control that waits. */
  readonly id: string;
  readonly finding:
    | 'already_applied_via_idempotency_ledger'
    | 'already_marked_success'
    | 'still_pending'
    | 'outcome_unknown'
    | 'user_control_pending';
  readonly isOpen: boolean;
}

export function reconcileFindings(task: Task): readonly Finding[] {
  const pending = task.pending_actions.map((entry) => findAction(task, pendingId(entry), pendingKey(entry)));
  // What an import knows of without listing it is as open as the rest.
  const unlisted = unknownActions(task).filter((id) => !pending.some((one) => one.id === id));
  const actions = [...pending, ...unlisted.map((id) => findAction(task, id, own(task.action_states, id)?.key ?? id))];
  const controls = task.inbox.map(({ id }) => ({ id, finding: 'user_control_pending', isOpen: true }) as const);
  return [...actions, ...controls];
}

function findAction(task: Task, id: string, key: string): Finding {
  const status = own(task.action_states, id)?.status;
  if (Object.hasOwn(task.idempotency_ledger, key)) {
    return { id, finding: 'already_applied_via_idempotency_ledger', isOpen: false };
  }
  if (status === 'success') return { id, finding: 'already_marked_success', isOpen: false };
  return { id, finding: status === 'unknown' ? 'outcome_unknown' : 'still_pending', isOpen: true };
}

/** Adds the check and what it settled to the draft; answers with the ids that are still open. */
export function addReconcile(draft: Draft, reason: string): readonly string[] {
  const findings = reconcileFindings(draft.task);
  const settled = findings.filter(({ finding }) => finding === 'already_applied_via_idempotency_ledger');
  for (const { id } of settled) {
    draft.add({ type: 'action_resolved', data: { id, status: 'success', how: 'its key is in the ledger' } });
  }
  const open = findings.filter(({ isOpen }) => isOpen).map(({ id }) => id);
  const type = open.length === 0 ? 'resume_consistency_check_passed' : 'resume_consistency_check_failed';
  draft.add({ type, data: { reason, open } });
  return open;
}
