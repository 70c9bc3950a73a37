/** Which task `continue` is about: the one that is named, else the likeliest of this project or of none. */

import { PerdureError, type Task } from '@perdure/contract';
import { candidates, classify, leaseStanding, type HaltedState, type RankedTask } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import type { Rim } from '../cli/rim.ts';
import { inPlace, readTask, type Desk } from './desk.ts';
import { warn } from './output.ts';

export interface Chosen {
  readonly task: Task;
  readonly why: string;
  /** Best first. */
  readonly others: readonly RankedTask[];
}

export interface Asked {
  readonly id: string | undefined;
  readonly isUnattended: boolean;
  /** Also from a holder whose lease has expired. */
  readonly takesOver: boolean;
}

/** What this continue may wake: whoever stopped a task wants it to rest, and it takes its name to wake it; a program wakes nothing. */
export function wakesOf({ id, isUnattended }: Asked): readonly HaltedState[] {
  if (isUnattended) return [];
  return id === undefined ? ['paused'] : ['paused', 'stopped'];
}

/** Whether saying "continue" is the confirmation that this task needs. */
export function isConfirmed({ desired_state: state }: Task, asked: Asked): boolean {
  const isHalted = state === 'paused' || state === 'stopped';
  return !asked.isUnattended && (!isHalted || wakesOf(asked).includes(state));
}

export async function chooseTask(
  rim: Rim,
  desk: Desk,
  { id, options }: { readonly id: string | undefined; readonly options: CommonOptions },
): Promise<Chosen> {
  if (id !== undefined) return { task: await readTask(desk, id), why: 'It was named.', others: [] };
  const warnOf = (message: string) => warn(rim, options, inPlace(desk, message));
  const ranked = await candidates(desk.store, { folder: rim.cwd, now: rim.now(), warn: warnOf });
  // The work of another project is not for this folder, unless somebody names it.
  const [best, ...others] = ranked.filter(({ isElsewhere }) => !isElsewhere);
  if (best === undefined) throw nothingHere(desk, ranked);
  return { task: best.task, why: best.why, others };
}

function nothingHere({ place: { homeFlag } }: Desk, [nearest]: readonly RankedTask[]): PerdureError {
  const message =
    nearest === undefined
      ? `There is no task to go on with; \`perdure task list${homeFlag}\` shows all, \`perdure task create\` makes one.`
      : `There is no task of this project to go on with; ${nearest.task.task_id} belongs to ${nearest.task.project}: name it if it is meant, or see \`perdure task list${homeFlag}\`.`;
  return new PerdureError('not_found', message);
}

/** Somebody is at work on the task that is meant: names another that this very continue could take. */
export function refuseForFree(
  rim: Rim,
  { place }: Desk,
  { chosen, asked }: { readonly chosen: Chosen; readonly asked: Asked },
): void {
  const { task, others } = chosen;
  const free = others.find((one) => {
    const now = rim.now();
    const isTaken = leaseStanding(one.task.lease, now) === 'expired' && !asked.takesOver;
    const options = { now, confirmed: isConfirmed(one.task, asked), askFirst: false };
    return !isTaken && classify(one.task, options).action === 'resume_main_flow';
  });
  if (free === undefined) return;
  const { task_id: freeId } = free.task;
  const unattended = asked.isUnattended ? ` --unattended${asked.takesOver ? ' --take-over' : ''}` : '';
  const flags = `${unattended}${place.homeFlag}`;
  const message = `${task.lease?.holder} is at work on task ${task.task_id} until ${task.lease?.expires_at}; ${freeId} is free: \`perdure task continue ${freeId}${flags}\`.`;
  throw new PerdureError('lease_held', message, { details: { reason: 'held', free: freeId } });
}
