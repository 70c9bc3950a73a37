/**
 * `perdure task continue`: picks the task, looks whether its evidence still holds, reconciles, takes the lease and says what an agent
 * without memory has to know. Saying "continue" is the confirmation; `--unattended` is for programs, and goes on only where the table
 * allows that without a person.
 */

import { PerdureError, type Task } from '@perdure/contract';
import {
  brief,
  briefEvents,
  candidates,
  classify,
  continueAnswer,
  doneEvents,
  heeds,
  renderBrief,
  type Brief,
  type Classification,
  type RankedTask,
  type ResumeItem,
} from '@perdure/tasks';
import type { Rim } from '../../cli/rim.ts';
import { oneLine, printable } from '../../render/format.ts';
import { openDesk, readTask, write, type Desk } from '../desk.ts';
import { markVoid, staleChecks, voidStale } from '../freshness.ts';
import type { WriteOptions } from '../options.ts';
import { answer } from '../output.ts';
import { contextOf, newLease } from '../who.ts';
import { leaseLines } from './release.ts';

export interface ContinueOptions extends WriteOptions {
  readonly dryRun?: boolean;
  readonly takeOver?: boolean;
  readonly unattended?: boolean;
}

interface Chosen {
  readonly task: Task;
  readonly why: string;
  readonly runnersUp: readonly RankedTask[];
}

export async function continueTask(rim: Rim, id: string | undefined, options: ContinueOptions): Promise<number> {
  using desk = await openDesk(rim, options);
  const chosen = await choose(rim, desk, id);
  const { tokenHash } = contextOf(rim, options);
  // Whoever stopped a task wants it to rest: it takes its name to wake it.
  const confirmed = options.unattended !== true && (id !== undefined || chosen.task.desired_state !== 'stopped');
  const classification = classify(chosen.task, {
    now: rim.now(),
    confirmed,
    askFirst: false,
    ...(tokenHash === undefined ? {} : { tokenHash }),
  });
  if (id === undefined && classification.class === 'at_work') refuseForOther(rim, desk, chosen);
  const mayWrite = options.dryRun !== true && (confirmed || classification.byItself);
  const told = mayWrite
    ? await takeUp(rim, desk, { chosen, options })
    : await look(rim, desk, { chosen, classification });
  const recent = await desk.store.recent(told.task.task_id, briefEvents, doneEvents);
  const data = {
    ok: told.goesOn,
    dry_run: options.dryRun === true,
    selected_task: { task_id: chosen.task.task_id, title: chosen.task.title, why: chosen.why },
    runners_up: chosen.runnersUp.map(({ task, why }) => ({ task_id: task.task_id, title: task.title, why })),
    promoted_from_state: told.promotedFrom,
    classification: told.classification.class,
    reasons: told.classification.reasons,
    resume_plan: told.classification,
    revision: told.task.revision,
    ...(told.token === undefined ? {} : { lease_token: told.token }),
    handed_over: told.handOvers.map(({ context }) => context),
    brief: brief(told.task, { now: rim.now(), recent, ...(told.steering && { steering: told.steering }) }),
  };
  answer(rim, options, data, () => `${headLines(chosen, told)}\n\n${printable(renderBrief(data.brief)).trimEnd()}`);
  // Not before it was told: else a hand-over would be lost with a process that dies in between.
  await desk.store.resumeQueue.remove(told.handOvers.map(({ id }) => id));
  return told.goesOn || options.dryRun === true ? 0 : 1;
}

/** Somebody is at work on the task that is meant, but another one may be free. */
function refuseForOther(rim: Rim, { place }: Desk, { task, runnersUp }: Chosen): void {
  const now = rim.now();
  const free = runnersUp.find((one) => classify(one.task, { now, confirmed: true }).action === 'resume_main_flow');
  if (free === undefined) return;
  const { task_id: freeId } = free.task;
  const message = `${task.lease?.holder} is at work on task ${task.task_id} until ${task.lease?.expires_at}; ${freeId} is free: \`perdure task continue ${freeId}${place.homeFlag}\`.`;
  throw new PerdureError('lease_held', message, { details: { reason: 'held', free: freeId } });
}

interface Told {
  readonly task: Task;
  readonly goesOn: boolean;
  readonly classification: Classification;
  readonly promotedFrom: string | null;
  /** Why it rested until now. */
  readonly note?: string;
  readonly token?: string;
  readonly handOvers: readonly ResumeItem[];
  /** What it is told by this brief; absent: what stands. */
  readonly steering?: Brief['steering'];
}

interface Attempt {
  readonly chosen: Chosen;
  readonly options: ContinueOptions;
}

async function takeUp(rim: Rim, desk: Desk, { chosen, options }: Attempt): Promise<Told> {
  const id = chosen.task.task_id;
  const { token, lease } = newLease(rim, options);
  const takeOver = options.takeOver === true || options.unattended !== true;
  // A token of a lease that is long over is no reason to refuse whoever takes the task up anew.
  const { tokenHash } = contextOf(rim, options);
  const isHolder = tokenHash !== undefined && chosen.task.lease?.token_hash === tokenHash;
  const asker = isHolder ? options : { ...options, lease: '' };
  const written = await write(rim, desk, { id, command: { type: 'continue', lease, takeOver }, options: asker });
  const told = continueAnswer(written.before ?? chosen.task, written.task, {
    now: rim.now(),
    // Its holder keeps the lease it has where no new one was given.
    tokenHash: isHolder && written.task.lease?.token_hash === tokenHash ? tokenHash : lease.tokenHash,
    askFirst: false,
  });
  if (!told.goesOn) return { ...told, task: written.task, handOvers: [] };
  const task = await voidStale(rim, desk, { task: written.task, options: { ...options, lease: token } });
  const handOvers = (await desk.store.resumeQueue.list()).filter((item) => item.taskId === id);
  const steering = heeds(written.task, written.events);
  return { ...told, task, token, handOvers, steering, note: (written.before ?? chosen.task).operator_note };
}

/** Writes nothing: stale evidence is void in the answer alone. */
async function look(
  rim: Rim,
  desk: Desk,
  { chosen, classification }: { readonly chosen: Chosen; readonly classification: Classification },
): Promise<Told> {
  const stale = await staleChecks(rim, desk, chosen.task);
  const task = markVoid(chosen.task, stale, new Date(rim.now()).toISOString());
  return { task, goesOn: false, classification, promotedFrom: null, handOvers: [] };
}

async function choose(rim: Rim, desk: Desk, id: string | undefined): Promise<Chosen> {
  if (id !== undefined) return { task: await readTask(desk, id), why: 'It was named.', runnersUp: [] };
  const ranked = await candidates(desk.store, { folder: rim.cwd, now: rim.now() });
  // The work of another project is not for this folder, unless somebody names it.
  const [best, ...others] = ranked.filter(({ isElsewhere }) => !isElsewhere);
  if (best === undefined) throw nothingHere(desk, ranked);
  return { task: best.task, why: best.why, runnersUp: others.slice(0, 3) };
}

function nothingHere({ place: { homeFlag } }: Desk, [nearest]: readonly RankedTask[]): PerdureError {
  const message =
    nearest === undefined
      ? `There is no task to go on with; \`perdure task list${homeFlag}\` shows all, \`perdure task create\` makes one.`
      : `There is no task of this project to go on with; ${nearest.task.task_id} belongs to ${nearest.task.project}: name it if it is meant, or see \`perdure task list${homeFlag}\`.`;
  return new PerdureError('not_found', message);
}

function headLines({ why, runnersUp }: Chosen, told: Told): string {
  const { class: name, action, reasons } = told.classification;
  const others = runnersUp.map(
    ({ task, why: reason }) => `Not ${task.task_id} (${oneLine(task.title, 60)}): ${reason}`,
  );
  const promoted =
    told.promotedFrom === null
      ? []
      : [`It was ${told.promotedFrom}${told.note ? ` (${oneLine(told.note, 200)})` : ''}, and runs again.`];
  const handed = told.handOvers.map(({ context }) => `Handed over: ${oneLine(context, 600)}`);
  return [
    `Task ${told.task.task_id}: ${why}`,
    ...others,
    `Decision: ${action} (${name}; ${oneLine(reasons.join('; '), 300)})`,
    ...promoted,
    ...handed,
    ...(told.token === undefined ? [] : leaseLines(told.token)),
  ].join('\n');
}
