/** `perdure task reconcile`: finds out which actions are still open. */

import { reconcileTask } from '@perdure/tasks';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { openTasks, writerOn } from './open-tasks.ts';
import { parseLine, parseTaskId } from './parse.ts';
import { orThrow } from './refusal.ts';
import type { WriteOptions } from './write-flags.ts';

export async function reconcileActions(
  rim: Rim,
  id: string,
  options: WriteOptions & { readonly reason: string },
): Promise<number> {
  using tasks = await openTasks(rim, options);
  const request = { reason: parseLine(options.reason, '--reason', 500), taskId: parseTaskId(id) };
  const { task, findings } = orThrow(
    tasks,
    await reconcileTask(tasks, await writerOn(rim, tasks, { id, options }), request),
  );
  const open = findings.filter(({ isOpen }) => isOpen);
  const data = {
    task_id: id,
    pending_actions_remaining: task.pending_actions.length,
    reconcile: task.reconcile,
    findings,
  };
  printData(rim, options, data, () =>
    open.length === 0 ? 'Clean: nothing is open.' : open.map(({ id: of, finding }) => `${of}: ${finding}`).join('\n'),
  );
  return open.length === 0 ? 0 : 1;
}
