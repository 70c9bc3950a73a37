/** Evidence as it comes in. Who gave it and when is what we know, not what it says of itself. */

import type { Evidence, Task } from '@perdure/contract';
import { isHuman } from './actors.ts';
import { happened, refuse } from './answers.ts';
import type { CommandContext, TaskCommand } from './commands.ts';
import { isWorkerProcess } from './evolve-workers.ts';
import { holdsLease, isOfEarlierLease } from './lease.ts';
import type { Decision, Refusal } from './ports.ts';
import { isoTime } from './time.ts';

type Command<Type extends TaskCommand['type']> = Extract<TaskCommand, { readonly type: Type }>;

export function decideEvidence(task: Task, command: Command<'evidence'>, context: CommandContext): Decision {
  const { id, criterion, kind, files_changed } = command.evidence;
  const lowest = kind === 'baseline' ? 0 : 1;
  const criteria = task.done_criteria.length;
  if (criterion < lowest || criterion > criteria) {
    const message = `Task ${task.task_id} has ${criteria} done criteria and none with the number ${criterion}; name one by its number, from 1.`;
    return refuse('invalid_input', message, { criterion, criteria });
  }
  if (task.evidence.some((known) => known.id === id)) {
    return refuse('conflict', `Evidence ${id} is recorded already; nothing had to be done.`, { id });
  }
  const refusal = kind === 'baseline' ? lateBaseline(task, criterion) : wordOfWorker(task, command.evidence, context);
  if (refusal !== undefined) return refusal;
  const at = isoTime(context.now);
  const evidence = { ...command.evidence, by: context.actor, at };
  // It ran on no state of its files, so there is none for which it holds.
  const recorded = files_changed === true ? { ...evidence, void_since: at } : evidence;
  return happened({ type: 'evidence_recorded', data: { evidence: recorded } });
}

/** Else a failure of the work's own could be made one that was there before. */
function lateBaseline(task: Task, criterion: number): Refusal | undefined {
  const isChecked = task.evidence.some((one) => one.kind === 'check' && [0, one.criterion].includes(criterion));
  const isBegun =
    task.last_status_update_at !== null ||
    Object.keys(task.action_states).length > 0 ||
    task.milestones.some(({ status }) => status === 'done');
  if (!isChecked && !isBegun) return undefined;
  const what = isChecked ? 'there is a check already' : 'work is recorded already';
  return refuse('conflict', `A baseline is run before the work, and ${what}; ask a person to judge its failure.`, {
    criterion,
  });
}

/** A worker does not become another by another name, nor by coming with the token of a lease that has ended. */
function wordOfWorker(
  task: Task,
  { kind }: Evidence,
  { actor, process, tokenHash }: CommandContext,
): Refusal | undefined {
  if (kind !== 'attest' || holdsLease(task, tokenHash)) return undefined;
  if (!isHuman(actor) && !task.workers.includes(actor) && isWorkerProcess(task, process)) {
    const message = `The word of ${actor} comes from the process that worked on task ${task.task_id}, so it is no other agent's; let an agent of another process, or a person, look at the work and give theirs.`;
    return refuse('conflict', message, { by: actor, workers: task.workers });
  }
  if (!isOfEarlierLease(task, tokenHash)) return undefined;
  const message = `The lease you name was that of a worker on task ${task.task_id}, and has ended; whoever did not do the work gives their word without it (--lease "").`;
  return refuse('lease_held', message, { reason: 'ended' });
}

export function decideVoidEvidence(task: Task, { evidenceIds }: Command<'void_evidence'>): Decision {
  const ids = task.evidence
    .filter(({ id, void_since }) => void_since === undefined && evidenceIds.includes(id))
    .map(({ id }) => id);
  return ids.length === 0 ? happened() : happened({ type: 'evidence_voided', data: { ids } });
}
