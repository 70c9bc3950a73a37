/**
 * `perdure task continue`: picks the task, looks whether its evidence still holds, reconciles, takes the lease and says what an agent
 * without memory has to know. Saying "continue" is the confirmation; `--unattended` is for programs, and goes on only where the table
 * allows that without a person.
 */

import {
  brief,
  briefEvents,
  classify,
  continueAnswer,
  doneEvents,
  heeds,
  renderBrief,
  type Classification,
} from '@perdure/tasks';
import type { Rim } from '../../cli/rim.ts';
import { printable } from '../../render/format.ts';
import { chooseTask, isConfirmed, refuseForFree, wakesOf, type Asked, type Chosen } from '../choose-task.ts';
import { adviceFor, headLines, shownOthers, type Told } from '../continue-text.ts';
import { openDesk, write, type Desk } from '../desk.ts';
import { markVoid, staleChecks, voidStale } from '../freshness.ts';
import type { WriteOptions } from '../options.ts';
import { answer } from '../output.ts';
import { contextOf, newLease } from '../who.ts';

export interface ContinueOptions extends WriteOptions {
  readonly dryRun?: boolean;
  readonly takeOver?: boolean;
  readonly unattended?: boolean;
}

export async function continueTask(rim: Rim, id: string | undefined, options: ContinueOptions): Promise<number> {
  using desk = await openDesk(rim, options);
  const isUnattended = options.unattended === true;
  const asked = { id, isUnattended, takesOver: !isUnattended || options.takeOver === true };
  const chosen = await chooseTask(rim, desk, { id, options });
  const { tokenHash } = contextOf(rim, options);
  const confirmed = isConfirmed(chosen.task, asked);
  const classification = classify(chosen.task, {
    now: rim.now(),
    confirmed,
    askFirst: false,
    ...(tokenHash === undefined ? {} : { tokenHash }),
  });
  const isAtWork = classification.class === 'at_work';
  if (isAtWork) refuseForFree(rim, desk, { chosen, asked });
  // Where somebody is at work the write is refused, by the words of the lease.
  const mayWrite = options.dryRun !== true && (confirmed || isAtWork || classification.byItself);
  const told = mayWrite
    ? await takeUp(rim, desk, { chosen, asked, options })
    : await look(rim, desk, { chosen, classification });
  await tell(rim, desk, { chosen, told, options });
  // Not before it was told: else a hand-over would be lost with a process that dies in between.
  await desk.store.resumeQueue.remove(told.handOvers.map((item) => item.id));
  return told.goesOn || (options.dryRun === true && wouldGoOn(told)) ? 0 : 1;
}

function wouldGoOn({ classification }: Told): boolean {
  return classification.action === 'resume_main_flow';
}

interface Attempt {
  readonly chosen: Chosen;
  readonly asked: Asked;
  readonly options: ContinueOptions;
}

async function takeUp(rim: Rim, desk: Desk, { chosen, asked, options }: Attempt): Promise<Told> {
  const id = chosen.task.task_id;
  const { token, lease } = newLease(rim, options);
  const wakes = wakesOf(asked);
  // A token of a lease that is long over is no reason to refuse whoever takes the task up anew.
  const { tokenHash } = contextOf(rim, options);
  const isHolder = tokenHash !== undefined && chosen.task.lease?.token_hash === tokenHash;
  const asker = isHolder ? options : { ...options, lease: '' };
  const command = { type: 'continue', lease, takeOver: asked.takesOver, wakes } as const;
  const { task: taken, before = chosen.task, events } = await write(rim, desk, { id, command, options: asker });
  // Its holder keeps the lease it has where no new one was given.
  const keepsLease = isHolder && taken.lease?.token_hash === tokenHash;
  const told = continueAnswer(before, taken, {
    now: rim.now(),
    tokenHash: keepsLease ? tokenHash : lease.tokenHash,
    askFirst: false,
    wakes,
  });
  if (!told.goesOn) return { ...told, task: taken, keepsLease, note: before.operator_note, handOvers: [] };
  const task = await voidStale(rim, desk, { task: taken, options: { ...options, lease: token } });
  const handOvers = (await desk.store.resumeQueue.list()).filter((item) => item.taskId === id);
  return { ...told, task, token, handOvers, words: heeds(taken, events), note: before.operator_note };
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

async function tell(
  rim: Rim,
  desk: Desk,
  { chosen, told, options }: { readonly chosen: Chosen; readonly told: Told; readonly options: ContinueOptions },
): Promise<void> {
  const recent = await desk.store.recent(told.task.task_id, briefEvents, doneEvents);
  const { words = told.task.steering.map((one) => ({ ...one, isNew: false })) } = told;
  const known = brief(told.task, { now: rim.now(), recent, steering: words });
  const data = {
    ok: told.goesOn,
    dry_run: options.dryRun === true,
    selected_task: { task_id: chosen.task.task_id, title: chosen.task.title, why: chosen.why },
    runners_up: chosen.others
      .slice(0, shownOthers)
      .map(({ task, why }) => ({ task_id: task.task_id, title: task.title, why })),
    promoted_from_state: told.promotedFrom,
    classification: told.classification.class,
    reasons: told.classification.reasons,
    resume_plan: told.classification,
    revision: told.task.revision,
    ...(told.token === undefined ? {} : { lease_token: told.token }),
    handed_over: told.handOvers.map(({ context }) => context),
    brief: known,
  };
  // What is new stands whole above the brief, which cuts.
  const shown = { ...known, steering: words.filter(({ isNew }) => !isNew) };
  const advice = adviceFor(told, desk.place.homeFlag);
  answer(rim, options, data, () =>
    advice === undefined
      ? `${headLines(chosen, told)}\n\n${printable(renderBrief(shown)).trimEnd()}`
      : `${headLines(chosen, told)}\n${advice}`,
  );
}
