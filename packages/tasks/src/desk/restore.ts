/**
 * Brings a task back out of its file, as its log makes it. The file is read to its end first: what is damaged changes
 * nothing and is left. It is removed only when the task is in the record again, and only out of the folder of
 * archives.
 */

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { taskIdPattern, type Task } from '@perdure/contract';
import { archivedEvents, checkArchive } from '../archive/archive-file.ts';
import { refuse } from '../core/answers.ts';
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

export type RestoreOutcome = { readonly kind: 'restored'; readonly task: Task; readonly file: string } | Refusal;

/** @throws PerdureError where the file cannot be read or is damaged. */
export async function restoreTask(deps: RestoreDeps, request: RestoreRequest): Promise<RestoreOutcome> {
  const path = await fileOf(deps, request);
  if (typeof path !== 'string') return path;
  const { head } = checkArchive(path);
  const { task_id: taskId, gave_its_id: gaveItsId, hand_overs: handOvers } = head;
  const archived = { taskId, gaveItsId, handOvers, events: () => archivedEvents(path) };
  if (!(await deps.store.archives.take(archived, nameIn(deps, path)))) return inTheWay(taskId, path);
  const task = (await deps.store.get(taskId)) as Task;
  await copyOf(deps, task);
  if (nameIn(deps, path) !== '') rmSync(path, { force: true });
  return { kind: 'restored', task, file: path };
}

async function fileOf(
  { store, archiveFolder }: RestoreDeps,
  { named, path }: RestoreRequest,
): Promise<string | Refusal> {
  const [newest] = taskIdPattern.test(named) ? await store.archives.of(named) : [];
  const places = [...(newest === undefined ? [] : [newest.file]), named].map((name) => join(archiveFolder, name));
  const found = [...places, path].find((place) => existsSync(place));
  if (found !== undefined) return found;
  const missing =
    newest === undefined
      ? `There is no archive of a task "${named}" and no such file; \`perdure task list --archived\` shows those there are.`
      : `Task ${named} was archived in ${newest.file}, which is not in ${archiveFolder} any more; put the file back.`;
  return refuse('not_found', missing);
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
