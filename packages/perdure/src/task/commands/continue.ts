/**
 * `perdure task continue`: picks the task, looks whether its evidence still holds, reconciles, takes the lease and says what an agent
 * without memory has to know. Saying "continue" is the confirmation; `--unattended` is for programs, and goes on only where the table
 * allows that without a person.
 */

import { dirname } from 'node:path';
import { PerdureError, type Task } from '@perdure/contract';
import {
  brief,
  classify,
  continueAnswer,
  renderBrief,
  selectTask,
  type Classification,
  type RankedTask,
  type ResumeItem,
} from '@perdure/tasks';
import type { Rim } from '../../cli/rim.ts';
import { oneLine, printable } from '../../render/format.ts';
import { openDesk, readTask, write, type Desk } from '../desk.ts';
import { markVoid, staleEvidence, voidStale } from '../freshness.ts';
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
  const confirmed = options.unattended !== true;
  const classification = classify(chosen.task, {
    now: rim.now(),
    confirmed,
    askFirst: false,
    ...(tokenHash === undefined ? {} : { tokenHash }),
  });
  const mayWrite = options.dryRun !== true && (confirmed || classification.byItself);
  const told = mayWrite
    ? await takeUp(rim, desk, { chosen, options })
    : await look(rim, desk, { chosen, classification });
  const recent = await desk.store.recent(told.task.task_id, 20);
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
    hand_over: told.handOver ?? null,
    brief: brief(told.task, { now: rim.now(), recent }),
  };
  answer(rim, options, data, () => `${headLines(chosen, told)}\n\n${printable(renderBrief(data.brief)).trimEnd()}`);
  return told.goesOn || options.dryRun === true ? 0 : 1;
}

interface Told {
  readonly task: Task;
  readonly goesOn: boolean;
  readonly classification: Classification;
  readonly promotedFrom: string | null;
  readonly token?: string;
  readonly handOver?: ResumeItem;
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
    tokenHash: lease.tokenHash,
    askFirst: false,
  });
  if (!told.goesOn) return { ...told, task: written.task };
  const task = await voidStale(rim, desk, { task: written.task, options: { ...options, lease: token } });
  const handOver = await desk.store.resumeQueue.pop(id);
  return { ...told, task, token, ...(handOver === undefined ? {} : { handOver }) };
}

/** Writes nothing: stale evidence is void in the answer alone. */
async function look(
  rim: Rim,
  desk: Desk,
  { chosen, classification }: { readonly chosen: Chosen; readonly classification: Classification },
): Promise<Told> {
  const stale = await staleEvidence(rim, desk, chosen.task);
  const task = markVoid(chosen.task, stale, new Date(rim.now()).toISOString());
  return { task, goesOn: false, classification, promotedFrom: null };
}

async function choose(rim: Rim, desk: Desk, id: string | undefined): Promise<Chosen> {
  if (id !== undefined) return { task: await readTask(desk, id), why: 'It was named.', runnersUp: [] };
  const [best, ...others] = selectTask(await candidates(rim, desk), { project: rim.cwd, now: rim.now() });
  if (best === undefined) {
    const message = `There is no task to go on with; \`perdure task list${desk.place.homeFlag}\` shows all, \`perdure task create\` makes one.`;
    throw new PerdureError('not_found', message);
  }
  return { task: best.task, why: best.why, runnersUp: others.slice(0, 3) };
}

/** The newest few of each state, of each folder upward and of all: enough to choose among, however many there are. */
async function candidates({ cwd }: Rim, { store }: Desk): Promise<readonly Task[]> {
  const found = new Map<string, Task>();
  for (const state of ['running', 'paused', 'stopped'] as const) {
    for (const project of [undefined, ...foldersUpward(cwd)]) {
      const filter = { state, ...(project === undefined ? {} : { project }) };
      for (const task of (await store.list(filter, { limit: 4 })).data) found.set(task.task_id, task);
    }
  }
  return [...found.values()];
}

function foldersUpward(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersUpward(parent)];
}

function headLines({ why, runnersUp }: Chosen, told: Told): string {
  const { class: name, action, reasons } = told.classification;
  const others = runnersUp.map(
    ({ task, why: reason }) => `Not ${task.task_id} (${oneLine(task.title, 60)}): ${reason}`,
  );
  const promoted = told.promotedFrom === null ? [] : [`It was ${told.promotedFrom}, and runs again.`];
  const handed = told.handOver === undefined ? [] : [`Handed over: ${oneLine(told.handOver.context, 600)}`];
  return [
    `Task ${told.task.task_id}: ${why}`,
    ...others,
    `Decision: ${action} (${name}; ${oneLine(reasons.join('; '), 300)})`,
    ...promoted,
    ...handed,
    ...(told.token === undefined ? [] : leaseLines(told.token)),
  ].join('\n');
}
