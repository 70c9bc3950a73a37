/** `perdure task context`: an agent whose context fills up hands over. */

import { reportContext, type ContextOutcome } from '@perdure/tasks';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { openTasks, writerOn } from './open-tasks.ts';
import { parseLine, parseTaskId } from './parse.ts';
import { orThrow } from './refusal.ts';
import type { WriteOptions } from './write-flags.ts';

export interface ContextOptions extends WriteOptions {
  readonly session?: string;
}

type ContextAction = Exclude<ContextOutcome, { readonly kind: 'refused' }>['action'];

function adviceOn(action: ContextAction, id: string, homeFlag: string): string {
  switch (action) {
    case 'none':
      return 'Go on.';
    case 'halted':
      return `Nothing is handed over, for somebody wants the task to rest: \`perdure task boundary ${id}${homeFlag}\` says what to do.`;
    case 'prepare':
      return `Prepare: write down the next step with \`perdure task update ${id} --next-step "…"${homeFlag}\`, and finish what is open.`;
    default:
      return `Handed over: the task is paused. Start anew with an empty context, then \`perdure task continue ${id}${homeFlag}\`.`;
  }
}

export async function contextOfTask(rim: Rim, id: string, percent: number, options: ContextOptions): Promise<number> {
  const session = parseLine(options.session ?? '', '--session', 200);
  using tasks = await openTasks(rim, options);
  const request = { taskId: parseTaskId(id), percent, session };
  const { task, action, handOver } = orThrow(
    tasks,
    await reportContext(tasks, await writerOn(rim, tasks, { id, options }), request),
  );
  const data = {
    task_id: id,
    action,
    context_percent: percent,
    desired_state: task.desired_state,
    hand_over: handOver ?? null,
  };
  printData(rim, options, data, () => adviceOn(action, id, tasks.place.homeFlag));
  return 0;
}
