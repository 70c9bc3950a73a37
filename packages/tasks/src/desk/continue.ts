/**
 * `continue`, of whoever does not know the task's name, or whether somebody is at work on it, or whether it may go
 * on without a person: chooses, classifies, and takes up what may be taken up.
 */

import type { Task } from '@perdure/contract';
import type { Classification } from '../core/classify.ts';
import type { TaskEvent } from '../core/events.ts';
import type { Refusal } from '../core/ports.ts';
import {
  chooseTask,
  freeAmong,
  isConfirmed,
  wakesOf,
  type ChoiceDeps,
  type ChoiceOutcome,
  type ContinueMandate,
  type TaskChoice,
} from './choose-task.ts';
import type { Writer } from './deps.ts';
import { recentWork } from './recent-work.ts';
import { lookAtEvidence } from './stale-evidence.ts';
import { whereItStands } from './stand.ts';
import { takeUp, type TakeUpDeps, type TakeUpOutcome, type TakeUpRequest } from './take-up.ts';

export interface ContinueRequest extends ContinueMandate, Pick<TakeUpRequest, 'ownLease'> {
  /** Where somebody works, an absolute path. */
  readonly folder: string;
  /** Only says what would be done. */
  readonly isDryRun: boolean;
}

export type ContinueOutcome =
  | Exclude<ChoiceOutcome, { readonly kind: 'chosen' }>
  /** Somebody is at work on it, and this one is free. */
  | { readonly kind: 'busy'; readonly task: Task; readonly free: Task }
  | (Exclude<TakeUpOutcome, Refusal> & { readonly choice: TaskChoice })
  /** Nothing was written; what is stale is void in this copy alone. */
  | {
      readonly kind: 'looked_at';
      readonly choice: TaskChoice;
      readonly task: Task;
      readonly classification: Classification;
      readonly recent: readonly TaskEvent[];
    };

export async function continueTask(
  deps: TakeUpDeps & ChoiceDeps,
  writer: Writer,
  request: ContinueRequest,
): Promise<ContinueOutcome> {
  const choice = await chooseTask(deps, request);
  if (choice.kind !== 'chosen') return choice;
  const { task } = choice;
  const confirmed = isConfirmed(task, request);
  const classification = whereItStands(deps, writer, { task, confirmed, askFirst: false });
  const isAtWork = classification.class === 'at_work';
  const free = isAtWork ? freeAmong(choice.others, request, deps.now()) : undefined;
  if (free !== undefined) return { kind: 'busy', task, free };
  // Where somebody is at work the write is refused, by the words of the lease.
  const mayWrite = !request.isDryRun && (confirmed || isAtWork || classification.byItself);
  if (!mayWrite) {
    const seen = await lookAtEvidence(deps, task);
    return { kind: 'looked_at', choice, task: seen.task, classification, recent: await recentWork(deps, task.task_id) };
  }
  const outcome = await takeUp(deps, writer, {
    taskId: task.task_id,
    wakes: wakesOf(request),
    takeOver: request.takesOver,
    ownLease: request.ownLease,
  });
  return outcome.kind === 'refused' ? outcome : { ...outcome, choice };
}
