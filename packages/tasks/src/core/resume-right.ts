/**
 * Who may let a halted task run again by `resume`, or open one again that was closed while it was halted. A halt is
 * lifted by a person, or by whoever asked for it; an agent whom a person tells to go on says so by `continue`, which
 * names the task. Who is an agent is seen by what it comes with: a lease, the process of one who worked on the task, or
 * a harness around it.
 */

import { isTaskClosed, type Task } from '@perdure/contract';
import { isHuman, nameless } from './actors.ts';
import { enumerate, refuse } from './answers.ts';
import type { CommandContext } from './commands.ts';
import { isWorkerProcess } from './evolve-workers.ts';
import { holdsLease, isOfEarlierLease } from './lease.ts';
import type { Refusal } from './ports.ts';

/** Refuses an agent that would lift, or take back before it takes effect, a halt that it did not ask for. */
export function haltOfAnother(task: Task, context: CommandContext): Refusal | undefined {
  if (isHuman(context.actor) || !isAgentOf(task, context)) return undefined;
  const waiting = task.inbox.filter(({ intent }) => intent === 'pause' || intent === 'stop');
  const others = [...task.halts, ...waiting].map(({ by }) => by).filter((by) => by !== context.actor);
  if (others.length === 0) return undefined;
  const { task_id: id } = task;
  const way = isTaskClosed(task.desired_state)
    ? `a person opens it again: \`perdure task reopen ${id} "<why>" --holder owner\`.`
    : `a person lets it run (\`perdure task resume ${id} --holder owner\`), or tells you to go on, which is \`perdure task continue ${id}\`.`;
  const message = `Task ${id} was halted by ${enumerate([...new Set(others)])}, and no agent lifts that by itself: ${way}`;
  return refuse('conflict', message, { halted_by: [...new Set(others)] });
}

function isAgentOf(task: Task, context: CommandContext): boolean {
  const { actor, tokenHash, process, isAgent } = context;
  const comesWithLease = holdsLease(task, tokenHash) || isOfEarlierLease(task, tokenHash);
  return isAgent === true || actor === nameless || comesWithLease || isWorkerProcess(task, process);
}
