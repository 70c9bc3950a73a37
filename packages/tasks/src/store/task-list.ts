/**
 * Lists of tasks, newest work first. The cursor is the key of the last task of a page; one that is worked on meanwhile
 * moves to the front, and so may be missing from the pages after.
 */

import { compact, isPerdureError, PerdureError, type Task } from '@perdure/contract';
import type { Connection, TasksTable } from '@perdure/db';
import type { TaskFilter, TaskStore } from '../core/ports.ts';
import { parseSnapshot } from './stored-task.ts';

type Page = Parameters<TaskStore['list']>[1];

export function listTasks(
  { sqlite }: Connection,
  filter: TaskFilter,
  { cursor, limit, onUnreadable }: Page,
): Awaited<ReturnType<TaskStore['list']>> {
  const conditions: (readonly [sql: string, ...values: (string | number)[]])[] = [
    ['archived = ?', filter.archived === true ? 1 : 0],
  ];
  if (filter.project !== undefined) conditions.push(['project = ?', filter.project]);
  if (filter.state !== undefined) conditions.push(['state = ?', filter.state]);
  if (cursor !== undefined) conditions.push(['(worked_at, id) < (?, ?)', ...parseCursor(cursor)]);
  // The inner query is answered from an index alone: snapshots are large, and only those of the page are read.
  const found = sqlite.prepare(`
    SELECT id, worked_at, snapshot FROM tasks WHERE id IN (
      SELECT id FROM tasks WHERE ${conditions.map(([sql]) => sql).join(' AND ')} ORDER BY worked_at DESC, id DESC LIMIT ?
    ) ORDER BY worked_at DESC, id DESC`);
  const rows = found.all(...conditions.flatMap(([, ...values]) => values), limit + 1);
  const page = rows.slice(0, limit) as unknown as readonly Row[];
  const data = page.flatMap((row) => taskOf(row, onUnreadable));
  const last = page.at(-1);
  return { data, ...compact({ next: rows.length > limit && last !== undefined ? cursorOf(last) : undefined }) };
}

type Row = Pick<TasksTable, 'id' | 'worked_at' | 'snapshot'>;

function taskOf(row: Row, onUnreadable: Page['onUnreadable']): readonly Task[] {
  try {
    return [parseSnapshot(row).task];
  } catch (error) {
    if (onUnreadable === undefined || !isPerdureError(error, 'storage_corrupt')) throw error;
    onUnreadable(error);
    return [];
  }
}

function cursorOf({ worked_at: workedAt, id }: Row): string {
  return `${workedAt}:${id}`;
}

function parseCursor(cursor: string): readonly [workedAt: number, taskId: string] {
  const [, workedAt, taskId] = /^(\d{1,15}):(.+)$/.exec(cursor) ?? [];
  if (workedAt !== undefined && taskId !== undefined) return [Number(workedAt), taskId];
  throw new PerdureError(
    'invalid_input',
    'The cursor is not one of this list; send `next` of the page before, unchanged.',
  );
}
