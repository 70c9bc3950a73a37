/** `task_reconcile.py`: what is known of open actions. */

import { printedSnapshot, reconcileTask } from '@perdure/tasks';
import { orThrow } from '../tasks/refusal.ts';
import { taskOf, textOf, writerFor, type Call } from './call.ts';
import { inOneLine } from './given.ts';
import { pythonJson } from './python-json.ts';

export async function reconcileAsOriginal(call: Call): Promise<string> {
  const { tasks } = call;
  const task_id = textOf(call, 'task_id');
  await taskOf(call, task_id);
  const request = { taskId: task_id, reason: inOneLine(textOf(call, 'reason')) };
  const outcome = orThrow(tasks, await reconcileTask(tasks, await writerFor(call, task_id), request));
  return pythonJson({
    task_id,
    pending_actions_remaining: outcome.findings.filter(({ isOpen }) => isOpen).length,
    reconcile: printedSnapshot(outcome.task).reconcile,
    findings: outcome.met.map(({ id, finding }) => ({ action_id: id, result: finding })),
  });
}
