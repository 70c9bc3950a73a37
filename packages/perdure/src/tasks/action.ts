/** `perdure task action …`: acts with effects outside, whose intent is committed before and whose end after. */

import { compact, PerdureError, type Task } from '@perdure/contract';
import { recordAction, type ActionRequest } from '@perdure/tasks';
import { givenText } from '../cli/given-text.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { openTasks, writerOn } from './open-tasks.ts';
import { parseLine, parseTaskId, parseText } from './parse.ts';
import { orThrow } from './refusal.ts';
import type { WriteOptions } from './write-flags.ts';

export type ActionVerb = 'start' | 'done' | 'failed' | 'resolve';

export interface ActionOptions extends WriteOptions {
  readonly summary?: string;
  readonly result?: string;
  readonly how?: string;
  readonly outcome?: 'success' | 'failed';
}

export interface ActionWords {
  readonly id: string;
  readonly verb: ActionVerb;
  readonly action: string;
}

export async function actionTask(rim: Rim, words: ActionWords, options: ActionOptions): Promise<number> {
  const { id, action } = words;
  const step = await stepOf(rim, words, options);
  using tasks = await openTasks(rim, options);
  const request = { taskId: parseTaskId(id), step };
  const { task, record } = orThrow(
    tasks,
    await recordAction(tasks, await writerOn(rim, tasks, { id, options }), request),
  );
  const data = { task_id: id, action_id: action, ...record, revision: task.revision };
  printData(rim, options, data, () => actionText(words, record));
  return 0;
}

async function stepOf(
  rim: Rim,
  { verb, action: actionId }: ActionWords,
  options: ActionOptions,
): Promise<ActionRequest['step']> {
  const { summary, result, how = '', outcome } = options;
  switch (verb) {
    case 'start':
      return {
        type: 'start_action',
        actionId,
        ...compact({ summary: summary === undefined ? undefined : parseLine(summary, '--summary', 500) }),
      };
    case 'resolve':
      if (outcome === undefined) throw new PerdureError('usage', 'Say --outcome success or --outcome failed.');
      return { type: 'resolve_action', actionId, status: outcome, how: parseText(how, '--how', 2_000) };
    default: {
      const text = result === undefined ? undefined : parseText(await givenText(rim, result), '--result', 10_000);
      const status = verb === 'done' ? 'success' : 'failed';
      return { type: 'end_action', actionId, status, ...compact({ result: text }) };
    }
  }
}

function actionText({ verb, action }: ActionWords, record: Task['action_states'][string] | undefined): string {
  if (verb !== 'start') return `Action ${action}: ${record?.status ?? 'settled'}.`;
  return `Started ${action}; give the receiver this key where it takes one, and then say how it ended:\n  ${record?.key}`;
}
