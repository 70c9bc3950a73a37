/**
 * Actions with effects outside, in two phases: the intent is committed before the act, its end after. The key is ours
 * and the same for every try of one action, so that a receiver that knows keys lets the effect happen once.
 */

import { compact, type Task, type TaskActionRecord } from '@perdure/contract';
import { happened, own, refuse } from './answers.ts';
import type { CommandContext, TaskCommand } from './commands.ts';
import { draftOf } from './draft.ts';
import { holdsLease } from './lease.ts';
import { abandonedActions, pendingId } from './pending.ts';
import type { Decision } from './ports.ts';
import { addReconcile } from './reconcile.ts';
import { impossible } from './transition.ts';

type Command<Type extends TaskCommand['type']> = Extract<TaskCommand, { readonly type: Type }>;

/** Ids become members of the snapshot and parts of keys. */
const actionIdPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;

export function decideStartAction(task: Task, { actionId: id, summary }: Command<'start_action'>): Decision {
  if (!actionIdPattern.test(id)) {
    const message = 'An action id has 1 to 100 letters, digits, dots, dashes, colons and underscores; choose another.';
    return refuse('invalid_input', message, { id });
  }
  if (task.desired_state !== 'running') return impossible(task, 'start_action');
  const known = own(task.action_states, id);
  if (known !== undefined && known.status !== 'failed') return alreadyKnown(id, known);
  const key = known?.key ?? actionKey(task, id);
  if (Object.hasOwn(task.idempotency_ledger, key)) return tookEffect(id, key);
  const data = { id, key, summary: summary ?? known?.summary ?? id, attempt: task.lease?.attempt ?? 0 };
  return happened({ type: 'action_started', data });
}

/** The time of creation keeps a task that takes the id of an archived one from taking its keys too. */
function actionKey(task: Task, id: string): string {
  return `${task.task_id}/${Date.parse(task.created_at).toString(36)}/${id}`;
}

function alreadyKnown(id: string, record: TaskActionRecord): Decision {
  switch (record.status) {
    case 'success':
      return tookEffect(id, record.key, record.result);
    case 'started':
      return refuse('conflict', `Action ${id} is started already; say how it ended before starting it again.`, { id });
    default:
      return refuse('conflict', `Nobody saw the end of action ${id}; find out what became of it and resolve it.`, {
        id,
      });
  }
}

function tookEffect(id: string, key: string, result?: string): Decision {
  const details = { id, key, status: 'success', ...compact({ result }) };
  return refuse('conflict', `Action ${id} has taken effect already; go on without doing it again.`, details);
}

/**
 * Whoever started it may say how it ended, also after it was given up as unknown, if its lease shows that it was there.
 */
export function decideEndAction(
  task: Task,
  { actionId: id, status, result }: Command<'end_action'>,
  { tokenHash }: CommandContext,
): Decision {
  const record = own(task.action_states, id);
  if (record === undefined)
    return refuse('not_found', `Action ${id} was never started; start it before the act.`, { id });
  if (record.status === status) return happened();
  if (record.status === 'success' || record.status === 'failed') return endedOtherwise(id, record);
  const wasThere = record.attempt === (task.lease?.attempt ?? 0);
  if (!wasThere || (record.status === 'unknown' && !holdsLease(task, tokenHash))) {
    const message = `Nothing shows that you saw the end of action ${id}; find out what became of it and resolve it.`;
    return refuse('conflict', message, { id, attempt: record.attempt });
  }
  return happened({ type: 'action_ended', data: { id, status, ...compact({ result }) } });
}

export function decideResolveAction(task: Task, { actionId: id, status, how }: Command<'resolve_action'>): Decision {
  const record = own(task.action_states, id);
  const isPending = task.pending_actions.some((entry) => pendingId(entry) === id);
  if (record === undefined && !isPending) {
    return refuse('not_found', `Task ${task.task_id} has no action ${id} to resolve; see \`perdure task show\`.`, {
      id,
    });
  }
  const isOpen = isPending || record?.status === 'unknown';
  if (!isOpen && record?.status === status) return happened();
  if (!isOpen && record !== undefined) return endedOtherwise(id, record);
  return happened({ type: 'action_resolved', data: { id, status, how } });
}

export function decideReconcile(task: Task, { reason }: Command<'reconcile'>, context: CommandContext): Decision {
  const draft = draftOf(task, context);
  for (const id of abandonedActions(task, context.now)) draft.add({ type: 'action_unknown', data: { id } });
  addReconcile(draft, reason);
  return happened(...draft.events);
}

function endedOtherwise(id: string, { status, key }: TaskActionRecord): Decision {
  return refuse('conflict', `Action ${id} has ended already: ${status}; what is recorded is not changed.`, {
    id,
    key,
    status,
  });
}
