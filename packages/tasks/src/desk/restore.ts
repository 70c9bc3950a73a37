/**
 * Brings a task back out of its file, as its log makes it. The file is read to its end first: what is damaged changes
 * nothing and is left. Its own sum says that it is whole and not who wrote it, so it is held against the one that was
 * noted when the task was archived here; of any other file the task is taken and nothing that acts. It is removed only
 * when the task is in the record again, and only out of the folder of archives.
 */

import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isTaskClosed, taskIdPattern, taskSchema, type Task } from '@perdure/contract';
import { archivedEvents, checkArchive, damagedArchive } from '../archive/archive-file.ts';
import { asForeign } from '../archive/foreign-event.ts';
import { refuse } from '../core/answers.ts';
import type { TaskEvent } from '../core/events.ts';
import { evolve } from '../core/evolve.ts';
import type { Refusal } from '../core/ports.ts';
import type { WriteDeps } from './deps.ts';
import { copyOf } from './write.ts';

export interface RestoreDeps extends WriteDeps<'archives'> {
  /** Where archives lie, an absolute path. */
  readonly archiveFolder: string;
}

export interface RestoreRequest {
  /** A task, or the name of a file in the folder of archives. */
  readonly named: string;
  /** The same as a path, absolute. */
  readonly path: string;
}

export type RestoreOutcome =
  | {
      readonly kind: 'restored';
      readonly task: Task;
      readonly file: string;
      /** It was not archived here. */
      readonly isForeign: boolean;
    }
  | Refusal;

/** @throws PerdureError where the file cannot be read or is damaged. */
export async function restoreTask(deps: RestoreDeps, request: RestoreRequest): Promise<RestoreOutcome> {
  const path = await fileOf(deps, request);
  if (typeof path !== 'string') return path;
  const { head, sha256, standing } = readWhole(path);
  const file = nameIn(deps, path);
  const { task_id: taskId, gave_its_id: gaveItsId, hand_overs: handOvers } = head;
  const noted = await deps.store.archives.of(taskId);
  if (noted.some((entry) => entry.file === file && entry.sha256 !== sha256)) {
    throw damagedArchive(path, 'it is another than the one that was written');
  }
  const isForeign = noted.every((entry) => entry.sha256 !== sha256);
  if (isForeign) refuseOdd(path, standing);
  const adapt = isForeign ? asForeign : (event: TaskEvent) => event;
  const archived = { taskId, gaveItsId, handOvers, events: () => archivedEvents(path).map(adapt) };
  if (!(await deps.store.archives.take(archived, file))) return inTheWay(taskId, path);
  const task = (await deps.store.get(taskId)) as Task;
  await copyOf(deps, task);
  if (file !== '') rmSync(path, { force: true });
  return { kind: 'restored', task, file: path, isForeign };
}

function readWhole(path: string) {
  let standing: Task | undefined;
  const read = checkArchive(path, (event) => {
    try {
      standing = evolve(standing, event);
    } catch {
      throw damagedArchive(path, 'its log makes no task');
    }
  });
  return { ...read, standing };
}

/** What somebody else has written may be anything, and be whole by its sum all the same. */
function refuseOdd(path: string, task: Task | undefined): void {
  if (!taskSchema.safeParse(task).success) throw damagedArchive(path, 'its log makes no task');
  if (task !== undefined && isTaskClosed(task.desired_state)) return;
  throw damagedArchive(path, 'its task is not closed, and only what is closed is archived');
}

async function fileOf(
  { store, archiveFolder }: RestoreDeps,
  { named, path }: RestoreRequest,
): Promise<string | Refusal> {
  const [newest] = taskIdPattern.test(named) ? await store.archives.of(named) : [];
  const places = [...(newest === undefined ? [] : [newest.file]), named].map((name) => join(archiveFolder, name));
  const found = [...places, path].find(isFile);
  if (found !== undefined) return found;
  const missing =
    newest === undefined
      ? `There is no archive of a task "${named}" and no such file; \`perdure task list --archived\` shows those there are.`
      : `Task ${named} was archived in ${newest.file}, which is not in ${archiveFolder} any more; put the file back.`;
  return refuse('not_found', missing);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Its name there; empty for one of another folder. */
function nameIn({ archiveFolder }: RestoreDeps, path: string): string {
  const name = path.slice(archiveFolder.length + 1);
  return path === join(archiveFolder, name) && !name.includes('/') ? name : '';
}

function inTheWay(taskId: string, path: string): Refusal {
  const message = `There is a task "${taskId}" in the record, so ${path} is not restored and was left; archive that one first.`;
  return refuse('conflict', message, { task_id: taskId });
}
