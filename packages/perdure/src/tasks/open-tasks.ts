/**
 * The tasks of the state root, with all that their use cases need. No server is needed: the database is opened here,
 * and made where there is none. Each write is followed by its readable copy in `<home>/tasks`; one that fails is a
 * warning, for the database has the truth.
 */

import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openConnection } from '@perdure/db';
import type { HubTaskRef } from '@perdure/contract';
import { ensureHome, isHolderGone } from '@perdure/home';
import {
  createMirror,
  createTaskStore,
  leaseTtlOf,
  withKeptTokenOf,
  writeTask,
  type IdDeps,
  type LeaseDeps,
  type TaskCommand,
  type TaskStore,
  type WriteDeps,
  type Writer,
  type Written,
} from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { warn } from '../cli/output.ts';
import { locatePlace, type Place } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { parseTaskId } from './parse.ts';
import { keptTokensIn } from './kept-tokens.ts';
import { inPlace, orThrow } from './refusal.ts';
import type { WriteOptions } from './write-flags.ts';
import { holderOf, namesLease, writerOf } from './writer.ts';

export interface OpenTasks extends WriteDeps<keyof TaskStore>, IdDeps, LeaseDeps, Disposable {
  readonly place: Place;
  /** The task of the hub that one of these carries out. */
  hubTaskOf(taskId: string): Promise<HubTaskRef | undefined>;
}

export type OpenOptions = CommonOptions & Pick<WriteOptions, 'holder' | 'lease'>;

export async function openTasks(rim: Rim, options: OpenOptions): Promise<OpenTasks> {
  const place = locatePlace(rim, options);
  // Looks whose it is, before anything in it is read.
  ensureHome(place.paths.root);
  const database = await openConnection({ path: place.paths.database });
  const store = createTaskStore(database);
  return {
    place,
    store,
    hubTaskOf: async (taskId) => await (await import('@perdure/hub/look')).createHubTaskLook(database)(taskId),
    deliver: async (taskId) => await (await import('./sender.ts')).deliverNow(rim, options, { place, store, taskId }),
    mirror: createMirror({ folder: join(place.paths.root, 'tasks') }),
    warn: (sentence) => warn(rim, options, inPlace(place, sentence)),
    now: () => rim.now(),
    newId: () => randomUUID(),
    newToken: () => randomBytes(24).toString('base64url'),
    leaseTtlMs: leaseTtlOf(rim.env['PERDURE_LEASE_SECONDS']),
    ...ofCaller(rim, { options, folder: join(place.paths.root, 'leases') }),
    [Symbol.dispose]: () => database.close(),
  };
}

/** What is known of whoever calls, and kept for them. */
function ofCaller(
  rim: Rim,
  { options, folder }: { readonly options: OpenOptions; readonly folder: string },
): Pick<OpenTasks, 'process' | 'isGone' | 'keptTokens'> {
  const { lasting, passing } = rim.caller();
  const processes = lasting === undefined ? passing : [...passing, lasting];
  if (processes.length === 0) return { isGone: isHolderGone };
  const agents = processes.map((process) => ({ name: holderOf(rim, options, process.pid), process }));
  return {
    process: lasting,
    isGone: isHolderGone,
    keptTokens: keptTokensIn(folder, agents, { isNamed: namesLease(rim, options) }),
  };
}

/** Whoever writes to this task, with the token that was kept for them. */
export async function writerOn(
  rim: Rim,
  tasks: OpenTasks,
  { id, options }: { readonly id: string; readonly options: WriteOptions },
): Promise<Writer> {
  return await withKeptTokenOf(tasks, writerOf(rim, options), { taskId: id, read: () => tasks.store.get(id) });
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
  return orThrow(tasks, await writeTask(tasks, await writerOn(rim, tasks, { id, options }), request));
}
