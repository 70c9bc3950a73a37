/**
 * Tasks in the database of a state root, for a server and for command lines that live for one command, all at once.
 *
 * L1 Snapshot and log are written in one transaction, and the promise resolves when it is on disk.
 * L2 A command reads, decides and writes under the write lock: of many writers none overwrites what it has not seen.
 * L3 The snapshot is the fold of the log.
 *
 * Group commit serves the short-lived as well: alone in its process a command waits for one turn of the event loop, and
 * for a lock that another process holds as patiently and as fairly as a server does.
 */

import { type Connection, createGroupCommit, createRead, type GroupCommit } from '@perdure/db';
import { decide } from '../core/decide.ts';
import { decideCreate } from '../core/decide-create.ts';
import { evolve } from '../core/evolve.ts';
import { draftAtOnce } from '../core/report-draft.ts';
import type { TaskStore } from '../core/ports.ts';
import type { TaskCore } from './fold.ts';
import { createTaskArchives } from './task-archives.ts';
import { rebuildRow } from './rebuild.ts';
import { createOutbox } from './outbox.ts';
import { ReportRows } from './report-rows.ts';
import { createResumeQueue } from './resume-queue.ts';
import { parseSnapshot } from './stored-task.ts';
import { listTasks } from './task-list.ts';
import { TaskRows } from './task-rows.ts';
import { TaskWriter } from './task-writer.ts';

export interface TaskStoreOptions {
  /** Who decides and folds; default: the core of this package. */
  readonly core?: TaskCore;
  /** The group commit of this connection, where others write through it too; default: one of its own. */
  readonly group?: GroupCommit;
}

export function createTaskStore(database: Connection, options: TaskStoreOptions = {}): TaskStore {
  const { core = { decideCreate, decide, evolve, report: draftAtOnce }, group = createGroupCommit(database) } = options;
  const rows = new TaskRows(database);
  // Few commands report or archive anything, and all would wait for their statements.
  const reports = onceNeeded(() => new ReportRows(database));
  const outbox = onceNeeded(() => createOutbox({ database, group, reports: reports(), rows }));
  const archives = onceNeeded(() => createTaskArchives(database, { group, rows, core }));
  const writer = new TaskWriter({ rows, reports }, core);
  const read = createRead(database);
  const get: TaskStore['get'] = (taskId) =>
    read(() => {
      const row = rows.read(taskId);
      return row && parseSnapshot(row).task;
    });
  const repair = (taskId: string) => {
    const rebuilt = rebuildRow(rows, core, taskId);
    if (rebuilt !== undefined && rebuilt.differences.length > 0) rows.save(rebuilt.folded);
    return rebuilt;
  };

  return {
    create: (command, context, createOptions = {}) => group.run(() => writer.create(command, context, createOptions)),
    apply: (taskId, command, context) => group.run(() => writer.apply(taskId, command, context)),
    import: (task, importOptions) => group.run(() => writer.import(task, importOptions)),
    get,
    list: (filter, page) => read(() => listTasks(database, filter, page)),
    idsWithRuns: () => read(() => rows.idsWithRuns()),
    lanesOfAgents: (since) => read(() => rows.lanesOfAgents(since)),
    ids: () => read(() => rows.ids()),
    events: (taskId, { after, limit }) => read(() => rows.after(taskId, after, limit)),
    recent: (taskId, limit, types) => read(() => rows.recent(taskId, limit, types)),
    rebuild: async (taskId, { repair: isRepair }) => {
      // Folding a long log would keep other writers waiting: the lock is taken only by those who repair.
      const rebuilt = isRepair
        ? await group.run(() => repair(taskId))
        : await read(() => inOneView(database, () => rebuildRow(rows, core, taskId)));
      return rebuilt && { differences: rebuilt.differences };
    },
    get archives() {
      return archives();
    },
    resumeQueue: createResumeQueue(database, group),
    get outbox() {
      return outbox();
    },
  };
}

function onceNeeded<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

/** Several queries on one state of the database, without any lock. Must not be called inside a transaction. */
function inOneView<T>({ sqlite }: Connection, work: () => T): T {
  sqlite.exec('BEGIN');
  try {
    return work();
  } finally {
    sqlite.exec('COMMIT');
  }
}
