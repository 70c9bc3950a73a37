/**
 * The ledger as the original writes it: whole, by whoever keeps it. What keeps an effect from being had twice is not
 * taken out of it that way: keys of the ledger, and actions of ours whose end nobody saw.
 */

import { canonicalJson, type Task, type TaskActionRecord } from '@perdure/contract';
import { happened, own } from './answers.ts';
import type { LedgerFields, TaskCommand } from './commands.ts';
import { pendingId } from './pending.ts';
import type { Decision } from './ports.ts';

export function decideSetLedger(
  task: Task,
  { ledger }: Extract<TaskCommand, { readonly type: 'set_ledger' }>,
): Decision {
  const entries = Object.entries(kept(task, ledger)) as [keyof LedgerFields, unknown][];
  const changed = entries.filter(([name, value]) => canonicalJson(value) !== canonicalJson(task[name]));
  if (changed.length === 0) return happened();
  return happened({ type: 'ledger_set', data: Object.fromEntries(changed) });
}

function kept(task: Task, ledger: Partial<LedgerFields>): Partial<LedgerFields> {
  const { pending_actions: pending, action_states: states, idempotency_ledger: keys } = ledger;
  const isLeftOut = (entry: Task['pending_actions'][number]) =>
    isOpen(task, pendingId(entry)) && pending?.some((other) => pendingId(other) === pendingId(entry)) === false;
  return {
    ...ledger,
    ...(pending && { pending_actions: [...pending, ...task.pending_actions.filter(isLeftOut)] }),
    ...(states && { action_states: { ...states, ...standing(task, states) } }),
    ...(keys && { idempotency_ledger: { ...keys, ...task.idempotency_ledger } }),
  };
}

/** Records that stay as they are: of what took effect, and of what has no end and is given none. */
function standing({ action_states: before }: Task, given: Task['action_states']): Task['action_states'] {
  const stays = ([id, { status }]: readonly [string, TaskActionRecord]) => {
    const next = own(given, id)?.status;
    return status === 'success' || (status === 'failed' ? next === undefined : next !== 'success' && next !== 'failed');
  };
  return Object.fromEntries(Object.entries(before).filter(stays));
}

function isOpen(task: Task, id: string): boolean {
  const status = own(task.action_states, id)?.status;
  return status === 'started' || status === 'unknown';
}
