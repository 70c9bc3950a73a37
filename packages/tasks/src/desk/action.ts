/** Acts with effects outside: their intent, their end, what was found out about them, and which are still open. */

import type { Task, TaskActionRecord } from '@perdure/contract';
import { own } from '../core/answers.ts';
import type { TaskCommand } from '../core/commands.ts';
import type { Refusal } from '../core/ports.ts';
import { reconcileFindings, type Finding } from '../core/reconcile.ts';
import type { WriteDeps, Writer } from './deps.ts';
import { writeTask } from './write.ts';

export interface ActionRequest {
  readonly taskId: string;
  readonly step: Extract<TaskCommand, { readonly type: 'start_action' | 'end_action' | 'resolve_action' }>;
}

export type ActionOutcome =
  | {
      readonly kind: 'recorded';
      readonly task: Task;
      /** Undefined for one that came with an import and is resolved now. */
      readonly record: TaskActionRecord | undefined;
    }
  | Refusal;

export async function recordAction(
  deps: WriteDeps,
  writer: Writer,
  { taskId, step }: ActionRequest,
): Promise<ActionOutcome> {
  const outcome = await writeTask(deps, writer, { taskId, command: step });
  if (outcome.kind === 'refused') return outcome;
  return { kind: 'recorded', task: outcome.task, record: own(outcome.task.action_states, step.actionId) };
}

export interface ReconcileRequest {
  readonly taskId: string;
  readonly reason: string;
}

export type ReconcileOutcome =
  | {
      readonly kind: 'reconciled';
      readonly task: Task;
      /** What is still open. */
      readonly findings: readonly Finding[];
      /** What was there before, with what was found out about it. */
      readonly met: readonly Finding[];
    }
  | Refusal;

export async function reconcileTask(
  deps: WriteDeps,
  writer: Writer,
  { taskId, reason }: ReconcileRequest,
): Promise<ReconcileOutcome> {
  const outcome = await writeTask(deps, writer, { taskId, command: { type: 'reconcile', reason } });
  if (outcome.kind === 'refused') return outcome;
  const { task, before = task } = outcome;
  return { kind: 'reconciled', task, findings: reconcileFindings(task), met: reconcileFindings(before) };
}
