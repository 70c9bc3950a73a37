/**
 * What follows when a task was taken up for a caller that knows of no lease. Words and hand-overs are told on stderr,
 * for what the original prints has no place for them. A lease that the caller's next command would not find again is
 * let go: it would keep the caller itself away.
 */

import { forgetHandOvers, writeTask, type TakeUpOutcome } from '@perdure/tasks';
import type { Call } from './call.ts';
import { holderOf } from '../tasks/writer.ts';

export async function afterTakingUp(
  { rim, tasks, options, say }: Call,
  outcome: Exclude<TakeUpOutcome, { readonly kind: 'refused' }>,
): Promise<void> {
  if (outcome.kind !== 'taken_up') return;
  const { task, token, words, hidden, handOvers } = outcome;
  for (const { intent, message } of words) say(`${intent}: ${message}`);
  for (const { context } of handOvers) say(`handed over: ${context}`);
  const left = hidden.words + hidden.handOvers;
  if (left > 0) say(`${left} more wait; see \`perdure task show ${task.task_id}${tasks.place.homeFlag}\`.`);
  await forgetHandOvers(tasks, handOvers);
  if (tasks.keptTokens !== undefined) return;
  const writer = { name: holderOf(rim, options), lease: token };
  await writeTask(tasks, writer, { taskId: task.task_id, command: { type: 'release_lease' } });
}
