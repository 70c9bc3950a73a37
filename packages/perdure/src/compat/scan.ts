/**
 * `task_resume_bootstrap.py`: where each task stands after a reset, and what would be done about it. It looks: only
 * where an action or a control is open is there anything to reconcile, and nothing else is written.
 */

import { compact, PerdureError, type Task } from '@perdure/contract';
import { reconcileFindings, reconcileTask, secondsTime, whereItStands } from '@perdure/tasks';
import { writerOf } from '../tasks/writer.ts';
import { optionalText, taskOf, writerFor, type Call } from './call.ts';
import { everyTask } from './look.ts';
import { pythonJson } from './python-json.ts';
import { originalClasses, printedReconcile, scanEntry, standingOf, type Standing } from './recommendation.ts';

export async function scanTasks(call: Call): Promise<string> {
  const named = optionalText(call, 'task_id');
  const found = named === undefined ? await everyTask(call) : [await taskOf(call, named)];
  const entries: ReturnType<typeof scanEntry>[] = [];
  for (const task of found) entries.push(await entryOf(call, task));
  const counts = originalClasses.map((name) => [
    name,
    entries.filter(({ classification }) => classification === name).length,
  ]);
  return pythonJson({
    scanned_at: secondsTime(call.rim.now()),
    count: entries.length,
    summary: Object.fromEntries(counts) as Readonly<Record<string, number>>,
    tasks: entries,
  });
}

async function entryOf(call: Call, found: Task) {
  const isReconciled = call.values['no_reconcile'] !== true && found.desired_state === 'running';
  const task = isReconciled ? await reconciled(call, found) : found;
  const standing = lookAt(call, task);
  return {
    ...scanEntry(task, standing),
    ...compact({
      resume_plan: call.values['plan'] === true ? standing.plan : undefined,
      reconcile: isReconciled ? printedReconcile(task) : undefined,
    }),
  };
}

/** Nobody has confirmed anything: a running task is asked about. */
export function lookAt({ rim, tasks, options }: Call, task: Task): Standing {
  return standingOf(task, whereItStands(tasks, writerOf(rim, options), { task }), rim.now());
}

/** The task after its open actions were looked into, where there are any, and where nobody else is at work on it. */
async function reconciled(call: Call, task: Task): Promise<Task> {
  if (reconcileFindings(task).length === 0 && !task.reconcile.needed) return task;
  const request = { taskId: task.task_id, reason: 'resume_bootstrap_scan' };
  const outcome = await reconcileTask(call.tasks, await writerFor(call, task.task_id), request);
  if (outcome.kind !== 'refused') return outcome.task;
  if (outcome.code !== 'lease_held') throw new PerdureError(outcome.code, outcome.message);
  return task;
}
