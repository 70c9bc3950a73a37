/** Which task a `continue` is about: the one that is named, else the likeliest of this project or of none. */

import type { Task } from '@perdure/contract';
import { noSuchTask } from '../core/answers.ts';
import { classify } from '../core/classify.ts';
import type { HaltedState } from '../core/commands.ts';
import { leaseState } from '../core/lease.ts';
import type { Refusal, TaskStore } from '../core/ports.ts';
import { isOnward } from '../core/resume-table.ts';
import type { RankedTask } from '../core/select.ts';
import { candidates } from '../store/candidates.ts';
import type { ClockDeps } from './deps.ts';

export interface TaskChoice {
  readonly task: Task;
  /** One sentence. */
  readonly why: string;
  /** Best first. */
  readonly others: readonly RankedTask[];
}

/** On whose word, and how far it goes. */
export interface ContinueMandate {
  /** The task that was named. */
  readonly id: string | undefined;
  /** Nobody asked: a hook or a schedule. */
  readonly isUnattended: boolean;
  /** Also from a holder whose lease has expired. */
  readonly takesOver: boolean;
}

/**
 * What it may wake: whoever stopped a task wants it to rest, and it takes its name to wake it; a program wakes
 * nothing.
 */
export function wakesOf({ id, isUnattended }: ContinueMandate): readonly HaltedState[] {
  if (isUnattended) return [];
  return id === undefined ? ['paused'] : ['paused', 'stopped'];
}

/** Whether saying "continue" is the confirmation that this task needs. */
export function isConfirmed({ desired_state: state }: Task, mandate: ContinueMandate): boolean {
  const isHalted = state === 'paused' || state === 'stopped';
  return !mandate.isUnattended && (!isHalted || wakesOf(mandate).includes(state));
}

export type ChoiceOutcome =
  | ({ readonly kind: 'chosen' } & TaskChoice)
  /** `nearest`: of another project, which has to be named. */
  | { readonly kind: 'none'; readonly nearest: Task | undefined }
  | Refusal;

export interface ChoiceDeps extends ClockDeps {
  readonly store: Pick<TaskStore, 'get' | 'list'>;
  readonly warn: (sentence: string) => void;
}

/** `folder`: where somebody works, an absolute path. */
export async function chooseTask(
  { store, now, warn }: ChoiceDeps,
  { id, folder }: { readonly id: string | undefined; readonly folder: string },
): Promise<ChoiceOutcome> {
  if (id !== undefined) {
    const task = await store.get(id);
    return task === undefined ? noSuchTask(id) : { kind: 'chosen', task, why: 'It was named.', others: [] };
  }
  const ranked = await candidates(store, { folder, now: now(), warn });
  // The work of another project is not for this folder, unless somebody names it.
  const [best, ...others] = ranked.filter(({ isElsewhere }) => !isElsewhere);
  if (best === undefined) return { kind: 'none', nearest: ranked[0]?.task };
  return { kind: 'chosen', task: best.task, why: best.why, others };
}

/** Where somebody is at work on the task that is meant: another that this very continue could take. */
export function freeAmong(others: TaskChoice['others'], mandate: ContinueMandate, now: number): Task | undefined {
  const free = others.find(({ task }) => {
    const isTaken = leaseState(task.lease, now) === 'expired' && !mandate.takesOver;
    const options = { now, confirmed: isConfirmed(task, mandate), askFirst: false };
    return !isTaken && isOnward(classify(task, options).action);
  });
  return free?.task;
}
