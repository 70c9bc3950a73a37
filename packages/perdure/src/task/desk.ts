/**
 * The tasks of the state root. No server is needed: the database is opened here, and made where there is none. Each write is followed by
 * its readable copy in `<home>/tasks`; one that fails is a warning, for the database has the truth.
 */

import { join } from 'node:path';
import { PerdureError, type Task } from '@perdure/contract';
import { openConnection } from '@perdure/db';
import { ensureHome } from '@perdure/home';
import {
  createMirror,
  createTaskStore,
  type Refusal,
  type TaskCommand,
  type TaskStore,
  type Written,
} from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { findPlace, type Place } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import type { WriteOptions } from './options.ts';
import { warn } from './output.ts';
import { parseTaskId } from './parse.ts';
import { contextOf } from './who.ts';

export interface Desk extends Disposable {
  readonly store: TaskStore;
  readonly place: Place;
}

export async function openDesk(rim: Rim, options: CommonOptions): Promise<Desk> {
  const place = findPlace(rim, options);
  ensureHome(place.paths.root);
  const database = await openConnection({ path: place.paths.database });
  return { store: createTaskStore(database), place, [Symbol.dispose]: () => database.close() };
}

/** @throws PerdureError `not_found` */
export async function readTask({ store, place }: Desk, id: string): Promise<Task> {
  const task = await store.get(parseTaskId(id));
  if (task !== undefined) return task;
  throw new PerdureError(
    'not_found',
    `There is no task "${id}"; \`perdure task list${place.homeFlag}\` shows those there are.`,
  );
}

/** What is to be written, and to which task. */
export interface Write {
  readonly id: string;
  readonly command: TaskCommand;
  readonly options: WriteOptions;
}

/** Writes and mirrors. @throws the refusal, as an error */
export async function write(rim: Rim, desk: Desk, { id, command, options }: Write): Promise<Written> {
  const written = await desk.store.apply(parseTaskId(id), command, contextOf(rim, options));
  return await mirrored(rim, desk, { written: orThrow(desk, written), options });
}

export async function mirrored(
  rim: Rim,
  { store, place }: Desk,
  { written, options }: { readonly written: Written; readonly options: CommonOptions },
): Promise<Written> {
  const mirror = createMirror({ folder: join(place.paths.root, 'tasks') });
  const mirrorOf = async (task: Task, events: Written['events']) => {
    const read = (after: number) => store.events(task.task_id, { after, limit: 1000 });
    const { warning } = await mirror.write(task, events, read);
    if (warning !== undefined) warn(rim, options, warning);
  };
  if (written.events.length > 0) await mirrorOf(written.task, written.events);
  const archived = written.archived === undefined ? undefined : await store.get(written.archived);
  if (archived !== undefined) await mirrorOf(archived, []);
  return written;
}

/** The commands that a message names, as they have to be typed for the state root of this desk. */
export function inPlace({ place }: Desk, message: string): string {
  return message.replaceAll(/`perdure task [^`]+/g, (command) => `${command}${place.homeFlag}`);
}

/** @throws the refusal, as an error; the commands it names are for the state root of this desk */
export function orThrow<Outcome extends { readonly kind: string }>(desk: Desk, outcome: Outcome | Refusal): Outcome {
  if (!isRefusal(outcome)) return outcome;
  const { code, details } = outcome;
  throw new PerdureError(code, inPlace(desk, outcome.message), details === undefined ? {} : { details });
}

export function isRefusal(outcome: { readonly kind: string }): outcome is Refusal {
  return outcome.kind === 'refused';
}
