/** Evidence as it comes in. Who gave it and when is what we know, not what it says of itself. */

import type { Task } from '@perdure/contract';
import { happened, refuse } from './answers.ts';
import type { CommandContext, TaskCommand } from './commands.ts';
import { holdsLease } from './lease.ts';
import type { Decision } from './ports.ts';
import { isoTime } from './time.ts';

type Command<Type extends TaskCommand['type']> = Extract<TaskCommand, { readonly type: Type }>;

export function decideEvidence(task: Task, command: Command<'evidence'>, context: CommandContext): Decision {
  const { id, criterion, kind } = command.evidence;
  const lowest = kind === 'baseline' ? 0 : 1;
  const criteria = task.done_criteria.length;
  if (criterion < lowest || criterion > criteria) {
    const message = `Task ${task.task_id} has ${criteria} done criteria and none with the number ${criterion}; name one by its number, from 1.`;
    return refuse('invalid_input', message, { criterion, criteria });
  }
  if (task.evidence.some((known) => known.id === id)) {
    return refuse('conflict', `Evidence ${id} is recorded already; nothing had to be done.`, { id });
  }
  const isChecked = task.evidence.some((one) => one.kind === 'check' && [0, one.criterion].includes(criterion));
  if (kind === 'baseline' && isChecked) {
    // Else a failure of the work's own could be made one that was there before.
    const message =
      'A baseline is run before the work, and there is a check already; ask a person to judge its failure.';
    return refuse('conflict', message, { criterion });
  }
  // The token says better than a name who it is: a worker does not become a second agent by calling itself one.
  const by = holdsLease(task, context.tokenHash) ? task.lease.holder : context.actor;
  const evidence = { ...command.evidence, by, at: isoTime(context.now) };
  return happened({ type: 'evidence_recorded', data: { evidence } });
}

export function decideVoidEvidence(task: Task, { evidenceIds }: Command<'void_evidence'>): Decision {
  const ids = task.evidence
    .filter(({ id, void_since }) => void_since === undefined && evidenceIds.includes(id))
    .map(({ id }) => id);
  return ids.length === 0 ? happened() : happened({ type: 'evidence_voided', data: { ids } });
}
