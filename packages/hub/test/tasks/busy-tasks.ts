/**
 * A process that makes tasks with secrets in their notes, tells of them, gives them other secrets and closes some, over
 * and over, until it is killed: it says of each step that was acknowledged the task and what it has come to. Arguments:
 * the database, who makes them, who has them to do.
 */

import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { writeSync } from 'node:fs';
import { argv } from 'node:process';
import type { Principal } from '@perdure/contract';
import { createGroupCommit, openDatabase } from '@perdure/db';
import { createHubStore } from '../../src/store/hub-store.ts';
import { createHubTaskStore } from '../../src/store/tasks/hub-task-store.ts';
import { rootKey } from '../vault/root-key.ts';

const [, , path = '', creatorId = '', assigneeId = ''] = argv;
const database = await openDatabase({ path });
const group = createGroupCommit(database);
const durable = (taskId: string) => ({ taskId, state: 'missing', statusLine: '', gaps: [] }) as const;
const root = () => ({ kind: 'open', key: rootKey }) as const;
const tasks = createHubTaskStore(database, { group, root, random: randomBytes, durable });
const creator = (await createHubStore(database, group).principals.get(creatorId)) as Principal;

const newVault = () => ({ vaultId: randomUUIDv7(), itemId: randomUUIDv7() });
const newIds = () => Array.from({ length: 5 }, () => randomUUIDv7()) as [string, string, string, string, string];
const say = (taskId: string, what: string) => void writeSync(1, `${taskId} ${what}\n`);

for (let now = 10; ; now += 1) {
  const taskId = randomUUIDv7();
  const made = await tasks.create(creator, {
    id: taskId,
    ...newVault(),
    title: `Task ${now}`,
    assigneeId,
    notes: `{"token":"first of ${taskId}"}`,
    status: 'todo',
    durableTaskId: undefined,
    clientKey: taskId,
    now,
  });
  if (made.kind !== 'created') throw new Error(made.kind);
  say(taskId, 'first');
  const [told, changed] = await Promise.all([
    tasks.tell(creator, { taskId, id: randomUUIDv7(), type: 'progress', message: 'Begun.', now }),
    tasks.change(creator, {
      taskId,
      ...newVault(),
      notes: `{"token":"second of ${taskId}"}`,
      activityIds: newIds(),
      now,
    }),
  ]);
  if (told.kind !== 'told' || changed.kind !== 'changed') throw new Error(`${told.kind}, ${changed.kind}`);
  say(taskId, 'second');
  if (now % 3 > 0) continue;
  const closed = await tasks.change(creator, { taskId, ...newVault(), status: 'done', activityIds: newIds(), now });
  if (closed.kind !== 'changed') throw new Error(closed.kind);
  say(taskId, 'gone');
}
