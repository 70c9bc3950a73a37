/**
 * Takes a closed task out of the record into a file. In this order: the file is written and read back, and only when
 * it makes the very same task is the task taken out, in one transaction with the note of where it went. Whatever dies
 * in between leaves the task in the record, and at most a file that the next try finds and uses.
 */

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isTaskClosed, type Task } from '@perdure/contract';
import { checkArchive, writeArchive, type ArchiveFacts } from '../archive/archive-file.ts';
import { noSuchTask, refuse } from '../core/answers.ts';
import { eventsOf, pagesAfter } from '../core/event-pages.ts';
import { evolve } from '../core/evolve.ts';
import type { ArchiveEntry, Refusal, TaskStore } from '../core/ports.ts';
import { isoTime } from '../core/time.ts';
import type { Mirror } from '../mirror/mirror.ts';
import type { ClockDeps } from './deps.ts';
import { handOversOf } from './hand-over.ts';

export interface ArchiveDeps extends ClockDeps {
  readonly store: Pick<TaskStore, 'get' | 'events' | 'rebuild' | 'archives' | 'outbox' | 'resumeQueue'>;
  /** Where archives lie, an absolute path that is there. */
  readonly archiveFolder: string;
  readonly mirror?: Mirror;
}

export type ArchiveOutcome = { readonly kind: 'archived'; readonly entry: ArchiveEntry } | Refusal;

/** @throws PerdureError where the file cannot be written, or its log cannot be read. */
export async function archiveTask(deps: ArchiveDeps, taskId: string): Promise<ArchiveOutcome> {
  const task = await deps.store.get(taskId);
  if (task === undefined) return await notThere(deps, taskId);
  if (!isTaskClosed(task.desired_state)) return stillOpen(task);
  const waiting = (await deps.store.outbox.open(taskId)).length;
  if (waiting > 0) return reportsWait(task, waiting);
  const differences = (await deps.store.rebuild(taskId, { repair: false }))?.differences ?? [];
  if (differences.length > 0) return differs(task, differences);
  const facts = await factsOf(deps, task);
  const file = await writtenAs(deps, facts);
  const path = join(deps.archiveFolder, file);
  let folded: Task | undefined;
  const { sha256, events } = checkArchive(path, (event) => (folded = evolve(folded, event)));
  if (folded?.revision !== task.revision || folded.desired_state !== task.desired_state) {
    return refuse(
      'storage_corrupt',
      `${path} does not make task ${taskId} again, and the task stays; please report this.`,
    );
  }
  const { title, project, desired_state: state } = task;
  const closedAt = Date.parse(facts.closed_at);
  const entry = { file, taskId, title, project, state, closedAt, archivedAt: deps.now(), events, sha256 };
  if (!(await deps.store.archives.put(entry, task.revision))) {
    await forgetFile(deps, entry);
    return refuse('conflict', `Task ${taskId} was changed while it was archived, and stays; look at it and try again.`);
  }
  deps.mirror?.remove(taskId);
  return { kind: 'archived', entry };
}

/** Unless somebody else, who archived the task in the same moment, has put it there. */
async function forgetFile({ store, archiveFolder }: ArchiveDeps, { taskId, file }: ArchiveEntry): Promise<void> {
  const isNoted = (await store.archives.of(taskId)).some((entry) => entry.file === file);
  if (!isNoted) rmSync(join(archiveFolder, file), { force: true });
}

async function notThere({ store }: ArchiveDeps, taskId: string): Promise<Refusal> {
  const [newest] = await store.archives.of(taskId);
  if (newest === undefined) return noSuchTask(taskId);
  const message = `Task ${taskId} is archived already, in ${newest.file}; \`perdure task restore ${taskId}\` brings it back.`;
  return refuse('conflict', message, { file: newest.file });
}

function stillOpen({ task_id: id, desired_state: state }: Task): Refusal {
  const message = `Task ${id} is ${state}, and only what is completed or failed is archived; close it with \`perdure task complete ${id}\` or \`perdure task fail ${id} "<why>"\`.`;
  return refuse('conflict', message, { state });
}

function reportsWait({ task_id: id }: Task, waiting: number): Refusal {
  const message = `${waiting} report(s) of task ${id} have not arrived for certain, so it is not archived; send them with \`perdure task tick\`, or see \`perdure task deliveries ${id}\`.`;
  return refuse('conflict', message, { waiting });
}

function differs({ task_id: id }: Task, differences: readonly string[]): Refusal {
  const message = `Task ${id} differs from its log (${differences.slice(0, 5).join(', ')}), so it is not archived; make it what the log says with \`perdure task rebuild ${id} --repair\`.`;
  return refuse('storage_corrupt', message, { differences });
}

async function factsOf(deps: ArchiveDeps, task: Task): Promise<ArchiveFacts> {
  const { task_id, title, project, desired_state, created_at, revision } = task;
  const archivable = await deps.store.archives.facts(task_id);
  return {
    task_id,
    title,
    project,
    state: desired_state,
    created_at,
    closed_at: isoTime(archivable.closedAt),
    revision,
    gave_its_id: archivable.gaveItsId,
    hand_overs: await handOversOf(deps, task_id),
  };
}

/**
 * The name of its file, which is there then. One that an earlier try has left is used, where it is of the same task.
 */
async function writtenAs(deps: ArchiveDeps, facts: ArchiveFacts): Promise<string> {
  const stem = `${facts.task_id}.${facts.closed_at.replaceAll(/[^\dTZ]/g, '')}`;
  for (let n = 1; ; n += 1) {
    const file = n === 1 ? `${stem}.jsonl` : `${stem}.${n}.jsonl`;
    const path = join(deps.archiveFolder, file);
    if (!existsSync(path)) {
      await writeArchive(path, facts, pagesAfter(0, eventsOf(deps.store, facts.task_id)));
      return file;
    }
    if (isOf(path, facts)) return file;
  }
}

function isOf(path: string, facts: ArchiveFacts): boolean {
  try {
    const { head } = checkArchive(path);
    const { format: _, version: __, ...found } = head;
    return JSON.stringify(found) === JSON.stringify(facts);
  } catch {
    // Damaged, or of somebody else: it is left where it is.
    return false;
  }
}
