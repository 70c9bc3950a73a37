import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { openDatabase } from '@perdure/db';
import { describe, expect, it } from 'vitest';
import { createTaskStore } from '../../src/store/task-store.ts';
import { context, creation, progress } from './commands.ts';
import { openWorld, proofOf, written, type World } from './support.ts';

async function beginTask(): Promise<World> {
  const world = await openWorld();
  await written(world.store.create(creation('demo'), context()));
  return world;
}

describe('when the storage fails, a task store', () => {
  it('says that it is full, keeps what was acknowledged, and goes on when there is room', async () => {
    const world = await beginTask();
    const { sqlite } = world.database;
    const pages = Number(sqlite.prepare('PRAGMA page_count').get()?.['page_count']);
    sqlite.exec(`PRAGMA max_page_count = ${pages + 1}`);
    const large = 'x'.repeat(100_000);
    await expect(world.store.apply('demo', progress(large), context())).rejects.toMatchObject({
      code: 'storage_full',
      message: expect.stringMatching(/cannot grow.*free some space/),
    });
    expect(await proofOf(world, 'demo')).toEqual({ events: 1, newest: 1, differences: [] });
    sqlite.exec('PRAGMA max_page_count = 1000000');
    await written(world.store.apply('demo', progress(large), context()));
    expect(await proofOf(world, 'demo')).toEqual({ events: 2, newest: 2, differences: [] });
  });

  it('says that it is read-only, and still reads', async () => {
    const world = await beginTask();
    world.database.sqlite.exec('PRAGMA query_only = ON');
    await expect(world.store.apply('demo', progress('one'), context())).rejects.toMatchObject({
      code: 'storage_read_only',
      message: expect.stringMatching(/read-only.*writable/),
    });
    expect(await world.store.get('demo')).toMatchObject({ revision: 1 });
  });

  it('says that it is damaged, whether it reads or writes', async () => {
    const world = await beginTask();
    const pages = Number(world.database.sqlite.prepare('PRAGMA page_count').get()?.['page_count']);
    for (let n = 0; n < 200; n += 1) await written(world.store.apply('demo', progress('x'.repeat(1_000)), context()));
    world.database.close();
    scribble(world.database.path, pages);
    const database = await openDatabase({ path: world.database.path });
    const store = createTaskStore(database);
    const damaged = { code: 'storage_corrupt', message: expect.stringMatching(/is damaged.*restore a backup/) };
    await expect(store.rebuild('demo', { repair: false })).rejects.toMatchObject(damaged);
    await expect(store.apply('demo', progress('one'), context())).rejects.toMatchObject(damaged);
    database.close();
  });

  it('says that another process keeps the lock', async () => {
    const world = await beginTask();
    const impatient = await openDatabase({ path: world.database.path, busyTimeoutMs: 30 });
    world.database.sqlite.exec('BEGIN IMMEDIATE');
    const store = createTaskStore(impatient);
    await expect(store.apply('demo', progress('one'), context())).rejects.toMatchObject({ code: 'unavailable' });
    world.database.sqlite.exec('ROLLBACK');
    await written(store.apply('demo', progress('one'), context()));
    impatient.close();
  });
});

/** Leaves the first `pages`, with the schema in them, and spoils the rest. */
function scribble(path: string, pages: number): void {
  const whole = 4_096;
  const file = openSync(path, 'r+');
  for (let at = pages * whole; at < statSync(path).size; at += whole)
    writeSync(file, Buffer.alloc(whole, 0xa5), 0, whole, at);
  closeSync(file);
}
