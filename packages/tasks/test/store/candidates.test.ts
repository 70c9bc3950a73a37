import { expect, it } from 'vitest';
import { candidates } from '../../src/store/candidates.ts';
import { context, creation } from './commands.ts';
import { openWorld, written } from './support.ts';

async function found(world: Awaited<ReturnType<typeof openWorld>>, warnings: string[] = []) {
  const where = { folder: '/p/src', now: 9_000, warn: (message: string) => void warnings.push(message) };
  return (await candidates(world.store, where)).map(({ task }) => task.task_id);
}

it('a task of no project is a candidate, however much was worked on elsewhere since', async () => {
  const world = await openWorld();
  await written(world.store.create(creation('free'), context()));
  for (let n = 0; n < 6; n += 1) {
    await written(world.store.create(creation(`o${n}`, { project: '/q' }), context({ now: 2_000 + n })));
  }
  expect(await found(world)).toContain('free');
});

it('a task that cannot be read is told of once and hides no other', async () => {
  const world = await openWorld();
  for (let n = 0; n < 7; n += 1) {
    await written(world.store.create(creation(`t${n}`, { project: '/p' }), context({ now: 1_000 + n })));
  }
  world.database.sqlite.exec(`UPDATE tasks SET snapshot = '{' WHERE id = 't6'`);
  const warnings: string[] = [];
  expect(await found(world, warnings)).toContain('t5');
  expect(warnings).toEqual([expect.stringContaining('`perdure task rebuild t6 --repair`')]);
});

it('a page on which nothing can be read leads to the next one', async () => {
  const { store, database } = await openWorld();
  for (let n = 0; n < 4; n += 1) await written(store.create(creation(`t${n}`), context({ now: 1_000 + n })));
  database.sqlite.exec(`UPDATE tasks SET snapshot = '{' WHERE id IN ('t2', 't3')`);
  const told: string[] = [];
  const onUnreadable = ({ code }: { readonly code: string }) => void told.push(code);
  const first = await store.list({}, { limit: 2, onUnreadable });
  expect([first.data, told]).toEqual([[], ['storage_corrupt', 'storage_corrupt']]);
  const second = await store.list({}, { limit: 2, cursor: first.next ?? '', onUnreadable });
  expect(second.data.map(({ task_id: id }) => id)).toEqual(['t1', 't0']);
  await expect(store.list({}, { limit: 2 })).rejects.toMatchObject({ code: 'storage_corrupt' });
});
