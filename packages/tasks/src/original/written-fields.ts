/**
 * Fields as callers of the original write them, whole values each, as commands of ours. They are read as an import
 * reads them: what is bent is told, and kept in an artifact. What a list leaves out is not lost: a milestone is
 * dropped, for everybody to see, and a control that waits goes on waiting.
 */

import { compact, type Milestone, type Subtask, type Task } from '@perdure/contract';
import type { EditableTask, LedgerFields, SingleCommand } from '../core/commands.ts';
import { createLeftovers } from './leftovers.ts';
import { readTask } from './read-task.ts';
import type { Fields } from './values.ts';

export interface ReadFields {
  /** A whole task; of it only what was given means anything. */
  readonly task: Task;
  /** What did not fit, for `artifacts`. */
  readonly leftover: Readonly<Record<string, unknown>> | undefined;
  /** A sentence each. */
  readonly notes: readonly string[];
}

/** By which its leftovers are known again, so that a later write replaces them. */
const source = 'task_ctl';

/** `at`: ISO time. */
export function readWritten(fields: Fields, { id, at }: { readonly id: string; readonly at: string }): ReadFields {
  const leftovers = createLeftovers(source);
  const task = readTask(
    { desired_state: 'running', ...fields },
    { id, fallbackTime: at, latest: Date.parse(at), leftovers },
  );
  return { task, leftover: leftovers.artifact(), notes: leftovers.notes };
}

const editable = [
  'title',
  'goal',
  'done_criteria',
  'constraints',
  'execution_priority',
  'phase',
  'health',
  'next_step',
  'last_verified_step',
  'status_update_interval_seconds',
  'artifacts',
  'risk_notes',
  'operator_note',
  'steering_note',
] as const satisfies readonly (keyof EditableTask)[];

const ledgerNames = ['pending_actions', 'action_states', 'idempotency_ledger', 'reconcile'] as const;

/** What `create` or `update` sets of the task itself. */
export function editedFields(
  fields: Fields,
  { task, leftover }: ReadFields,
  before: Pick<Task, 'artifacts'>,
): Partial<EditableTask> {
  const given = pick(task, editable, fields);
  if (leftover === undefined) return given;
  const others = (given.artifacts ?? before.artifacts).filter(
    ({ kind, source: from }) => kind !== 'imported' || from !== source,
  );
  return { ...given, artifacts: [...others, leftover] };
}

/** Everything else but the state. */
export function planCommands(fields: Fields, { task }: ReadFields, before: Task): readonly SingleCommand[] {
  return [
    ...(fields['milestones'] === undefined ? [] : milestoneCommands(before.milestones, task.milestones)),
    ...(fields['subtasks'] === undefined ? [] : subtaskCommands(before.subtasks, task.subtasks)),
    ...ledgerCommands(fields, task, before),
  ];
}

function milestoneCommands(before: readonly Milestone[], after: readonly Milestone[]): readonly SingleCommand[] {
  const leftOut = before.filter(({ id, status }) => status !== 'dropped' && !after.some((one) => one.id === id));
  const drop = { status: 'dropped', reason: 'left out of the list that an update gave' } as const;
  return [
    ...after.map(({ id, ...changes }) => ({ type: 'milestone', id, changes }) as const),
    ...leftOut.map(({ id }) => ({ type: 'milestone', id, changes: drop }) as const),
  ];
}

function subtaskCommands(before: readonly Subtask[], after: readonly Subtask[]): readonly SingleCommand[] {
  const leftOut = before.filter(({ id }) => !after.some((one) => one.id === id));
  return [
    ...after.map(({ id, ...changes }) => ({ type: 'subtask', id, changes }) as const),
    ...leftOut.map(({ id }) => ({ type: 'subtask', id, changes: { status: 'dropped' } }) as const),
  ];
}

/** Controls among the pending actions wait in the inbox here, and are obeyed at the next boundary. */
function ledgerCommands(fields: Fields, { inbox, ...task }: Task, before: Task): readonly SingleCommand[] {
  const ledger: Partial<LedgerFields> = pick(task, ledgerNames, fields);
  const news = inbox.filter(({ id }) => !before.inbox.some((waiting) => waiting.id === id));
  return [
    ...(Object.keys(ledger).length === 0 ? [] : [{ type: 'set_ledger', ledger } as const]),
    ...news.map(
      ({ id: controlId, intent, message, unsafe_reason: unsafeReason }) =>
        ({ type: 'control', controlId, intent, message, when: 'boundary', ...compact({ unsafeReason }) }) as const,
    ),
  ];
}

function pick<Name extends keyof Task>(
  task: Partial<Task>,
  names: readonly Name[],
  given: Fields,
): Partial<Pick<Task, Name>> {
  const named = names.filter((name) => given[name] !== undefined);
  return Object.fromEntries(named.map((name) => [name, task[name]])) as Partial<Pick<Task, Name>>;
}
