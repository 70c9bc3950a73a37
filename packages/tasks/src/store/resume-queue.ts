/**
 * The queue of hand-overs. First in, first out by order of arrival, not by the clocks of those who put something in.
 */

import { type Connection, createRead, type GroupCommit, type ResumeQueueTable } from '@perdure/db';
import type { ResumeItem, ResumeQueue } from '../core/ports.ts';

const mostItems = 100;

export function createResumeQueue(database: Connection, group: GroupCommit): ResumeQueue {
  const { sqlite } = database;
  const look = createRead(database);
  const all = sqlite.prepare('SELECT * FROM resume_queue ORDER BY position');
  const insert = sqlite.prepare(`
    INSERT INTO resume_queue (id, position, task_id, title, context, source, session, created_at)
    VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM resume_queue), ?, ?, ?, ?, ?, ?)`);
  const refresh = sqlite.prepare('UPDATE resume_queue SET task_id = ?, source = ?, session = ? WHERE id = ?');
  const remove = sqlite.prepare('DELETE FROM resume_queue WHERE id = ?');
  const clear = sqlite.prepare('DELETE FROM resume_queue');
  const read = (): readonly ResumeItem[] => (all.all() as unknown as ResumeQueueTable[]).map(toItem);

  const add: (item: ResumeItem) => Awaited<ReturnType<ResumeQueue['add']>> = (item) => {
    const { id, taskId, title, context, source, session, createdAt } = item;
    const items = read();
    const same = items.find((other) => isSame(other, item));
    if (same !== undefined) {
      refresh.run(taskId ?? same.taskId, source || same.source, session || same.session, same.id);
      return { kind: 'updated', dropped: [] };
    }
    const dropped = items.slice(0, Math.max(0, items.length + 1 - mostItems));
    for (const old of dropped) remove.run(old.id);
    insert.run(id, taskId, title, context, source, session, createdAt);
    return { kind: 'added', dropped };
  };
  const pop = (taskId: string | undefined): ResumeItem | undefined => {
    const oldest = read().find((item) => taskId === undefined || item.taskId === taskId);
    if (oldest !== undefined) remove.run(oldest.id);
    return oldest;
  };

  return {
    add: (item) => group.run(() => add(item)),
    pop: (taskId) => group.run(() => pop(taskId)),
    list: () => look(read),
    remove: async (ids) => {
      if (ids.length > 0) await group.run(() => ids.forEach((id) => remove.run(id)));
    },
    clear: () => group.run(() => Number(clear.run().changes)),
  };
}

/** Whoever names no task may mean any. */
function isSame(one: ResumeItem, other: ResumeItem): boolean {
  const areOfOneTask = one.taskId === null || other.taskId === null || one.taskId === other.taskId;
  return areOfOneTask && matchKey(one) === matchKey(other);
}

function matchKey({ title, context }: ResumeItem): string {
  return JSON.stringify([title, context].map((text) => text.toLowerCase().replaceAll(/\s+/g, ' ').trim()));
}

function toItem(row: ResumeQueueTable): ResumeItem {
  const { id, task_id: taskId, title, context, source, session, created_at: createdAt } = row;
  return { id, taskId, title, context, source, session, createdAt };
}
