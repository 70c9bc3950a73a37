/**
 * The tasks of the state root, with all that their use cases need. No server is needed: the database is opened here,
 * and made where there is none. Each write is followed by its readable copy in `<home>/tasks`; one that fails is a
 * warning, for the database has the truth.
 */

import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openConnection } from '@perdure/db';
import { ensureHome } from '@perdure/home';
import {
  createMirror,
  createTaskStore,
  writeTask,
  type IdDeps,
  type LeaseDeps,
  type TaskCommand,
  type TaskStore,
  type WriteDeps,
  type Written,
} from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { warn } from '../cli/output.ts';
import { findPlace, type Place } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { parseTaskId } from './parse.ts';
import { inPlace, orThrow } from './refusal.ts';
import type { WriteOptions } from './write-flags.ts';
import { leaseTtlMs, writerOf } from './writer.ts';

export interface OpenTasks extends WriteDeps<keyof TaskStore>, IdDeps, LeaseDeps, Disposable {
  readonly place: Place;
}

export async function openTasks(rim: Rim, options: CommonOptions): Promise<OpenTasks> {
  const place = findPlace(rim, options);
  ensureHome(place.paths.root);
  const database = await openConnection({ path: place.paths.database });
  return {
    place,
    store: createTaskStore(database),
    mirror: createMirror({ folder: join(place.paths.root, 'tasks') }),
    warn: (sentence) => warn(rim, options, inPlace(place, sentence)),
    now: () => rim.now(),
    newId: () => randomUUID(),
    newToken: () => randomBytes(24).toString('base64url'),
    leaseTtlMs: leaseTtlMs(rim),
    [Symbol.dispose]: () => database.close(),
  };
}

export interface CommandRequest {
  readonly id: string;
  readonly command: TaskCommand;
  readonly options: WriteOptions;
}

/**
 * A command that is a use case by itself: it is written, and what is told of it is the task. @throws the refusal, as an
 * error
 */
export async function writeOrThrow(
  rim: Rim,
  tasks: OpenTasks,
  { id, command, options }: CommandRequest,
): Promise<Written> {
  const request = { taskId: parseTaskId(id), command };
  return orThrow(tasks, await writeTask(tasks, writerOf(rim, options), request));
}
