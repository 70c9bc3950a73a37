/** The part of the fold that knows actions with effects outside, and the answer of the last reconcile. */

import type { Task, TaskActionRecord } from '@perdure/contract';
import { own } from './answers.ts';
import type { TaskEvent } from './events.ts';
import { pendingId, pendingKey } from './pending.ts';

type ActionEvent = Extract<
  TaskEvent,
  { readonly type: 'action_started' | 'action_ended' | 'action_unknown' | 'action_resolved' | 'ledger_set' }
>;

export function afterAction(task: Task, event: ActionEvent, at: string): Task {
  switch (event.type) {
    case 'action_started':
      return started(task, event.data, at);
    case 'action_unknown':
      return unknown(task, event.data.id);
    case 'ledger_set':
      return { ...task, ...event.data };
    case 'action_ended':
      return ended(task, { ...event.data, at });
    default:
      return ended(task, { id: event.data.id, status: event.data.status, result: event.data.how, at });
  }
}

/** What a reconcile found still open; everything else leaves the list. */
export function afterCheck(
  task: Task,
  { reason, open }: { readonly reason: string; readonly open: readonly string[] },
  at: string,
): Task {
  const pending_actions = task.pending_actions.filter((entry) => open.includes(pendingId(entry)));
  const areControls = open.every((id) => task.inbox.some((control) => control.id === id));
  const status = open.length === 0 ? 'clean' : areControls ? 'pending_user_control' : 'pending_actions_remain';
  return { ...task, pending_actions, reconcile: { needed: open.length > 0, reason, last_run_at: at, status } };
}

/** After a control came or went, or an action ended: whether something is still open. */
export function settleReconcile(task: Task): Task {
  const { reconcile, inbox, pending_actions } = task;
  const actionsRemain = reconcile.status === 'pending_actions_remain' && pending_actions.length > 0;
  if (actionsRemain) return task;
  if (inbox.length > 0) {
    const status = 'pending_user_control';
    return { ...task, reconcile: { ...reconcile, needed: true, reason: status, status } };
  }
  return reconcile.needed ? { ...task, reconcile: { ...reconcile, needed: false, status: 'clean' } } : task;
}

function started(task: Task, data: Extract<ActionEvent, { type: 'action_started' }>['data'], at: string): Task {
  const { id, key, summary, attempt } = data;
  const record: TaskActionRecord = { status: 'started', key, summary, started_at: at, attempt };
  const entry = { id, idempotency_key: key, summary };
  return withAction({ ...task, pending_actions: [...without(task, id), entry] }, id, record);
}

function unknown(task: Task, id: string): Task {
  const record = own(task.action_states, id);
  if (record === undefined) return task;
  const reconcile = { ...task.reconcile, needed: true, reason: `outcome of ${id} unknown` };
  return withAction({ ...task, reconcile: { ...reconcile, status: 'pending_actions_remain' } }, id, {
    ...record,
    status: 'unknown',
  });
}

interface Ending {
  readonly id: string;
  readonly status: 'success' | 'failed';
  readonly result?: string;
  readonly at: string;
}

/** Success enters the key into the ledger: that is what keeps the effect from being had twice. */
function ended(task: Task, { id, status, result, at }: Ending): Task {
  const record = own(task.action_states, id);
  const entry = task.pending_actions.find((pending) => pendingId(pending) === id);
  const key = record?.key ?? (entry === undefined ? id : pendingKey(entry));
  // An entry that is there says when the effect was had: it stays.
  const ledger = { [key]: { action_id: id, applied_at: at }, ...task.idempotency_ledger };
  const after: Task = {
    ...task,
    pending_actions: without(task, id),
    idempotency_ledger: status === 'success' ? ledger : task.idempotency_ledger,
  };
  if (record === undefined) return settleReconcile(after);
  const outcome = result === undefined ? {} : { result };
  return settleReconcile(withAction(after, id, { ...record, status, ended_at: at, ...outcome }));
}

function without(task: Task, id: string): Task['pending_actions'] {
  return task.pending_actions.filter((entry) => pendingId(entry) !== id);
}

function withAction(task: Task, id: string, record: TaskActionRecord): Task {
  return { ...task, action_states: { ...task.action_states, [id]: record } };
}
