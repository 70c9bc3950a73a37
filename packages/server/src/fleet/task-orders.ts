/**
 * Tasks of the hub that are orders to the fleet: `Provision agent: …` with notes, and `Stop agent: <handle>` and so on.
 * They are taken of the owner and of the lead of the family, where the family runs on this host; whatever else is
 * called so is somebody else's business. What is wrong is told on the task, once.
 */

import { isHubTaskOpen, isPerdureError, messageOf, type HubTask } from '@perdure/contract';
import { readTaskTitle } from '@perdure/fleet';
import { findOpenHubTasks } from '@perdure/hub/desk';
import { accepted } from '../http/hub/actor.ts';
import { statusAsGiven } from './as-given.ts';
import { block, digest, type Taken, type TaskOrderDeps } from './by-task.ts';
import { operateByTask } from './operate-by-task.ts';
import { provisionByTask } from './provision-by-task.ts';

/** What was looked at, and was either done or is nothing for us: for as long as the task says the same. */
export type Settled = Map<string, string>;

/** All open tasks. Answers what went wrong of our own, in sentences. */
export async function lookAtTasks(deps: TaskOrderDeps, settled: Settled): Promise<readonly string[]> {
  const { tasks, owner } = deps;
  const found = accepted(await findOpenHubTasks(tasks, owner, ' agent:'));
  const open = found.tasks.filter(({ title }) => readTaskTitle(title) !== undefined);
  const troubles: string[] = [];
  for (const task of open) {
    const mark = digest(JSON.stringify([task.title, task.context.notes, task.assigneeId ?? '']));
    if (settled.get(task.id) === mark) continue;
    try {
      if ((await takeTask(deps, task)) === 'over') settled.set(task.id, mark);
    } catch (error) {
      troubles.push(`Task ${task.id} (${task.title}): ${messageOf(error)}`);
    }
  }
  return troubles;
}

async function takeTask(deps: TaskOrderDeps, task: HubTask): Promise<Taken> {
  const ordered = readTaskTitle(task.title);
  if (ordered === undefined) return 'over';
  const { order, named } = ordered;
  try {
    const status = await statusAsGiven(deps, task);
    // It was over, and opened again by somebody who did not give it.
    if (!isHubTaskOpen(status)) return 'over';
    return order === 'provision'
      ? await provisionByTask(deps, task)
      : await operateByTask(deps, task, { order, named, isBegun: status !== 'todo' });
  } catch (error) {
    // What is refused is told whom it concerns; to try it again would be refused again.
    if (!isPerdureError(error) || error.code === 'internal' || error.code === 'vault_sealed') throw error;
    await block(deps, task, [error.message]);
    return 'over';
  }
}
