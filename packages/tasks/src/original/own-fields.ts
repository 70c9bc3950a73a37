/** A task as the original's programs print it: the fields that it has, in its order, and none of ours. */

import type { Task } from '@perdure/contract';
import { originalSnapshot } from './snapshot.ts';

export const ownFields = [
  'task_id',
  'title',
  'goal',
  'done_criteria',
  'constraints',
  'desired_state',
  'execution_priority',
  'phase',
  'health',
  'created_at',
  'updated_at',
  'status_update_interval_seconds',
  'last_status_update_at',
  'last_verified_step',
  'next_step',
  'operator_note',
  'steering_note',
  'milestones',
  'subtasks',
  'artifacts',
  'risk_notes',
  'pending_actions',
  'action_states',
  'idempotency_ledger',
  'reconcile',
] as const;

export function printedSnapshot(task: Task): Readonly<Record<(typeof ownFields)[number], unknown>> {
  const snapshot = originalSnapshot(task);
  return Object.fromEntries(ownFields.map((name) => [name, snapshot[name]])) as ReturnType<typeof printedSnapshot>;
}
