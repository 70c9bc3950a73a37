/**
 * Tasks of the hub on a disk that is full: refused in words, no half of one is kept, no secret is given without its row
 * in the audit, and all goes on as soon as there is room.
 */

import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { join } from 'node:path';
import { isPerdureError, type Principal } from '@perdure/contract';
import { SmallDisk } from '@perdure/testing';
import { createGroupCommit, openDatabase } from '@perdure/db';
import { rootKeyOf } from '@perdure/hub/seal';
import { createHubStore, createHubTaskStore } from '@perdure/hub/store';
import { expect, onTestFinished, test } from 'vitest';

const durable = (taskId: string) => ({ taskId, state: 'missing', statusLine: '', gaps: [] }) as const;

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (error: unknown) => (isPerdureError(error) ? error.code : String(error)),
  );

async function openTasks(folder: string) {
  const database = await openDatabase({ path: join(folder, 'perdure.db') });
  onTestFinished(() => database.close());
  const group = createGroupCommit(database);
  const owner: Principal = await createHubStore(database, group).principals.ensureOwner({
    id: randomUUIDv7(),
    workspaceId: randomUUIDv7(),
    now: 1,
  });
  const key = rootKeyOf(randomBytes(32));
  const root = () => ({ kind: 'open', key }) as const;
  const tasks = createHubTaskStore(database, { group, root, random: randomBytes, durable });
  const create = async (clientKey: string) =>
    await tasks.create(owner, {
      id: randomUUIDv7(),
      vaultId: randomUUIDv7(),
      itemId: randomUUIDv7(),
      title: clientKey,
      assigneeId: owner.id,
      notes: JSON.stringify({ token: `secret of ${clientKey}`, padding: 'x'.repeat(5_000) }),
      status: 'todo',
      durableTaskId: undefined,
      clientKey,
      now: 2,
    });
  const given = async (taskId: string) => {
    const outcome = await tasks.read(owner, { taskId, leaseId: randomUUIDv7(), now: 3 });
    return outcome.kind === 'refused' ? outcome : outcome.given;
  };
  const count = (table: string): number =>
    Number(database.sqlite.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
  return { tasks, owner, create, given, count };
}

test('a task that finds the disk full is refused and none of it is kept, and its secrets are given no more until there is room', async (ctx) => {
  using disk = SmallDisk.mount(8);
  ctx.skip(disk === undefined, 'needs an account that may mount a disk (root on Linux)');
  if (disk === undefined) return;
  const { tasks, owner, create, given, count } = await openTasks(disk.folder);
  const made = await create('first');
  if (made.kind === 'refused') throw new Error(made.message);
  const taskId = made.stored.task.id;
  disk.fill();

  // What the log of the database has room for still is taken.
  const codes: string[] = [];
  for (let n = 0; n < 2_000 && !codes.includes('storage_full'); n += 1) codes.push(await codeOf(create(`more ${n}`)));
  expect(new Set(codes.slice(0, -1))).toEqual(new Set(codes.length > 1 ? ['done'] : []));
  expect(codes.at(-1)).toBe('storage_full');
  const kept = codes.length;
  const tell = async () =>
    await tasks.tell(owner, { taskId, id: randomUUIDv7(), type: 'progress', message: 'x'.repeat(9_000), now: 4 });
  expect(await codeOf(tell())).toBe('storage_full');
  // Not even its row in the audit, which is small, has room for ever; until then each is written down.
  let reads = 0;
  const before = count('vault_audit');
  for (let code = 'done'; code === 'done'; reads += 1) {
    if (reads > 5_000) throw new Error('the disk is not full');
    code = await codeOf(given(taskId));
    expect(['done', 'storage_full']).toContain(code);
  }
  expect(count('vault_audit') - before).toBeGreaterThanOrEqual(reads - 1);
  expect([count('hub_tasks'), count('vaults'), count('vault_items'), count('hub_activity')]).toEqual([
    kept,
    kept,
    kept,
    0,
  ]);

  disk.free();
  expect(await given(taskId)).toContain('secret of first');
  expect((await create(`more ${kept - 1}`)).kind).toBe('created');
  expect((await tell()).kind).toBe('told');
  expect((await tasks.activity(taskId, { limit: 9 })).data.map(({ seq }) => seq)).toEqual([1]);
});
