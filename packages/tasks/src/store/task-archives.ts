/** Tasks that leave the record for a file, and come back from it: each in one transaction, whole or not at all. */

import { PerdureError } from '@perdure/contract';
import { type Connection, createRead, type GroupCommit, type TaskArchivesTable } from '@perdure/db';
import type { ArchiveEntry, TaskArchives } from '../core/ports.ts';
import { fold, type FoldState, type TaskCore } from './fold.ts';
import type { TaskRows } from './task-rows.ts';

interface ArchiveDeps {
  readonly group: GroupCommit;
  readonly rows: TaskRows;
  readonly core: TaskCore;
}

export function createTaskArchives(database: Connection, { group, rows, core }: ArchiveDeps): TaskArchives {
  const { sqlite } = database;
  const read = createRead(database);
  const page = sqlite.prepare(`
    SELECT * FROM task_archives
    WHERE ?1 IS NULL OR (closed_at, file) < (SELECT closed_at, file FROM task_archives WHERE file = ?1)
    ORDER BY closed_at DESC, file DESC LIMIT ?2`);
  const ofTask = sqlite.prepare('SELECT * FROM task_archives WHERE task_id = ? ORDER BY closed_at DESC, file DESC');
  const closed = sqlite.prepare('SELECT id FROM tasks WHERE closed_at < ? ORDER BY closed_at, id');
  const remember = sqlite.prepare(`
    INSERT OR REPLACE INTO task_archives
      (file, task_id, title, project, state, closed_at, archived_at, events, sha256)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const forget = sqlite.prepare('DELETE FROM task_archives WHERE file = ?');
  // What was reported is over: another task of the id begins with none.
  const removals = ['task_events', 'resume_queue', 'task_reports'].map((table) =>
    sqlite.prepare(`DELETE FROM ${table} WHERE task_id = ?`),
  );
  const removeRow = sqlite.prepare('DELETE FROM tasks WHERE id = ?');
  const setApart = sqlite.prepare('UPDATE tasks SET archived = 1 WHERE id = ?');
  const queue = sqlite.prepare(`
    INSERT OR IGNORE INTO resume_queue (id, position, task_id, title, context, source, session, created_at)
    VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM resume_queue), ?, ?, ?, ?, ?, ?)`);

  const put = (entry: ArchiveEntry, revision: number): boolean => {
    const { file, taskId, title, project, state, closedAt, archivedAt, events, sha256 } = entry;
    if (rows.read(taskId)?.revision !== revision) return false;
    remember.run(file, taskId, title, project, state, closedAt, archivedAt, events, sha256);
    for (const removal of removals) removal.run(taskId);
    removeRow.run(taskId);
    return true;
  };

  const take = (
    { taskId, gaveItsId, handOvers, events }: Parameters<TaskArchives['take']>[0],
    file: string,
  ): boolean => {
    if (rows.read(taskId) !== undefined || rows.lastSeq(taskId) > 0) return false;
    let folded: FoldState | undefined;
    for (const event of events()) {
      folded = fold(core, folded, event);
      rows.append(taskId, [event]);
    }
    if (folded === undefined) {
      throw new PerdureError(
        'storage_corrupt',
        `The log of task "${taskId}" is empty; restore a backup of its archive.`,
      );
    }
    rows.save({ ...folded, task: { ...folded.task, task_id: taskId } });
    if (gaveItsId) setApart.run(taskId);
    for (const { id, title, context, source, session, createdAt } of handOvers) {
      queue.run(id, taskId, title, context, source, session, createdAt);
    }
    forget.run(file);
    return true;
  };

  return {
    list: ({ after = null, limit }: { readonly after?: string | null; readonly limit: number }) =>
      read(() => page.all(after, limit).map(toEntry)),
    of: (taskId) => read(() => ofTask.all(taskId).map(toEntry)),
    facts: (taskId) =>
      read(() => {
        const { closed_at: closedAt, updated_at: at, archived } = rows.read(taskId) ?? { updated_at: 0 };
        return { closedAt: closedAt ?? at, gaveItsId: archived === 1 };
      }),
    closedBefore: (ms) => read(() => closed.all(ms).map(({ id }) => String(id))),
    put: (entry, revision) => group.run(() => put(entry, revision)),
    take: (archived, file) => group.run(() => take(archived, file)),
  };
}

function toEntry(row: unknown): ArchiveEntry {
  const { task_id: taskId, closed_at: closedAt, archived_at: archivedAt, ...same } = row as TaskArchivesTable;
  return { ...same, taskId, closedAt, archivedAt };
}
