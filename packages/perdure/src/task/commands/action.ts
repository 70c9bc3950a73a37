/** `perdure task action …` and `reconcile`: acts with effects outside, whose intent is committed before and whose end after. */

import { PerdureError, type Task } from '@perdure/contract';
import type { TaskCommand } from '@perdure/tasks';
import { reconcileFindings } from '@perdure/tasks';
import type { Rim } from '../../cli/rim.ts';
import { openDesk, write } from '../desk.ts';
import { givenText } from '../given.ts';
import type { WriteOptions } from '../options.ts';
import { answer } from '../output.ts';
import { parseLine, parseText } from '../parse.ts';

export type ActionVerb = 'start' | 'done' | 'failed' | 'resolve';

export interface ActionOptions extends WriteOptions {
  readonly summary?: string;
  readonly result?: string;
  readonly how?: string;
  readonly outcome?: 'success' | 'failed';
}

export interface ActionRequest {
  readonly id: string;
  readonly verb: ActionVerb;
  readonly action: string;
}

export async function recordAction(rim: Rim, request: ActionRequest, options: ActionOptions): Promise<number> {
  const { id, action } = request;
  const command = await commandOf(rim, request, options);
  using desk = await openDesk(rim, options);
  const { task } = await write(rim, desk, { id, command, options });
  const record = Object.hasOwn(task.action_states, action) ? task.action_states[action] : undefined;
  const data = { task_id: id, action_id: action, ...record, revision: task.revision };
  answer(rim, options, data, () => actionText(request, record));
  return 0;
}

async function commandOf(
  rim: Rim,
  { verb, action: actionId }: ActionRequest,
  options: ActionOptions,
): Promise<TaskCommand> {
  const { summary, result, how = '', outcome } = options;
  switch (verb) {
    case 'start':
      return {
        type: 'start_action',
        actionId,
        ...(summary === undefined ? {} : { summary: parseLine(summary, '--summary', 500) }),
      };
    case 'resolve':
      if (outcome === undefined) throw new PerdureError('usage', 'Say --outcome success or --outcome failed.');
      return { type: 'resolve_action', actionId, status: outcome, how: parseText(how, '--how', 2_000) };
    default: {
      const text = result === undefined ? undefined : parseText(await givenText(rim, result), '--result', 10_000);
      const status = verb === 'done' ? 'success' : 'failed';
      return { type: 'end_action', actionId, status, ...(text === undefined ? {} : { result: text }) };
    }
  }
}

function actionText({ verb, action }: ActionRequest, record: Task['action_states'][string] | undefined): string {
  if (verb !== 'start') return `Action ${action}: ${record?.status ?? 'settled'}.`;
  return `Started ${action}; give the receiver this key where it takes one, and then say how it ended:\n  ${record?.key}`;
}

export async function reconcileTask(
  rim: Rim,
  id: string,
  options: WriteOptions & { readonly reason: string },
): Promise<number> {
  using desk = await openDesk(rim, options);
  const command: TaskCommand = { type: 'reconcile', reason: parseLine(options.reason, '--reason', 500) };
  const { task } = await write(rim, desk, { id, command, options });
  const findings = reconcileFindings(task);
  const open = findings.filter(({ isOpen }) => isOpen);
  const data = {
    task_id: id,
    pending_actions_remaining: task.pending_actions.length,
    reconcile: task.reconcile,
    findings,
  };
  answer(rim, options, data, () =>
    open.length === 0 ? 'Clean: nothing is open.' : open.map(({ id: of, finding }) => `${of}: ${finding}`).join('\n'),
  );
  return open.length === 0 ? 0 : 1;
}
