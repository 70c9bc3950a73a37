import { describe, expect, it } from 'vitest';
import { context, creation, progress } from './commands.ts';
import { openWorld, written, type World } from './support.ts';

async function closedTask(): Promise<World> {
  const world = await openWorld();
  await written(world.store.create(creation('demo'), context()));
  await written(world.store.apply('demo', progress('one'), context({ now: 2_000 })));
  await written(world.store.apply('demo', { type: 'complete' }, context({ now: 3_000 })));
  return world;
}

const rowOf = ({ database }: World) => database.sqlite.prepare(`SELECT * FROM tasks WHERE id = 'demo'`).get();

describe('rebuilding a task from its log', () => {
  it('L3: finds nothing to do after ordinary writes, closing and reopening among them', async () => {
    const world = await closedTask();
    expect(rowOf(world)).toMatchObject({ state: 'completed', closed_at: 3_000, worked_at: 3_000 });
    expect(await world.store.rebuild('demo', { repair: false })).toEqual({ differences: [] });
    await written(world.store.apply('demo', { type: 'reopen', reason: 'more' }, context({ now: 4_000 })));
    expect(rowOf(world)).toMatchObject({ state: 'running', closed_at: null });
    expect(await world.store.rebuild('demo', { repair: false })).toEqual({ differences: [] });
  });

  it('names what differs without touching it, and puts it right when told to', async () => {
    const world = await closedTask();
    const right = rowOf(world);
    world.database.sqlite.exec(`
      UPDATE tasks SET state = 'running', closed_at = NULL,
        snapshot = json_set(snapshot, '$.title', 'Forged', '$.milestones', json('[1]'), '$.extra', 1)`);
    const differences = ['title', 'milestones', 'extra', 'column state', 'column closed_at'];
    expect(await world.store.rebuild('demo', { repair: false })).toEqual({ differences });
    expect(rowOf(world)).not.toEqual(right);
    expect(await world.store.rebuild('demo', { repair: true })).toEqual({ differences });
    expect(rowOf(world)).toEqual(right);
  });

  it('brings back a snapshot that cannot be read, or is gone', async () => {
    const world = await closedTask();
    const right = rowOf(world);
    world.database.sqlite.exec(`UPDATE tasks SET snapshot = '{"task_id": "de'`);
    await expect(world.store.get('demo')).rejects.toMatchObject({
      code: 'storage_corrupt',
      message: expect.stringContaining('perdure task rebuild demo --repair`'),
    });
    await world.store.rebuild('demo', { repair: true });
    expect(rowOf(world)).toEqual(right);
    world.database.sqlite.exec('DELETE FROM tasks');
    expect(await world.store.rebuild('demo', { repair: true })).toEqual({ differences: ['the whole row'] });
    expect(rowOf(world)).toEqual(right);
  });

  it('leaves everything as it is when the log has a hole', async () => {
    const world = await closedTask();
    const row = rowOf(world);
    world.database.sqlite.exec('DELETE FROM task_events WHERE seq = 2');
    await expect(world.store.rebuild('demo', { repair: true })).rejects.toMatchObject({
      code: 'storage_corrupt',
      message: expect.stringMatching(/^Event 2 is missing.*restore a backup/),
    });
    world.database.sqlite.exec('DELETE FROM task_events');
    await expect(world.store.rebuild('demo', { repair: false })).rejects.toMatchObject({ code: 'storage_corrupt' });
    expect(rowOf(world)).toEqual(row);
  });

  it('finds nothing to do where JSON held half a character, which no column can', async () => {
    const world = await openWorld();
    const half = 'half \ud83d of one';
    const command = creation('demo', { title: half, project: `/${half}`, goal: half, done_criteria: [half] });
    await written(world.store.create(command, context({ actor: half })));
    const attested = {
      id: 'e',
      criterion: 1,
      kind: 'attest',
      by: '',
      at: new Date(2_000).toISOString(),
      passed: true,
    } as const;
    await written(world.store.apply('demo', { type: 'evidence', evidence: attested }, context({ actor: half })));
    expect(await world.store.rebuild('demo', { repair: false })).toEqual({ differences: [] });
    expect(await world.store.get('demo')).toMatchObject({ title: half });
  });

  it('lists every task by its id, also one whose snapshot is broken and one whose row is gone', async () => {
    const world = await closedTask();
    await written(world.store.create(creation('other'), context()));
    world.database.sqlite.exec(
      `UPDATE tasks SET snapshot = '{' WHERE id = 'demo'; DELETE FROM tasks WHERE id = 'other'`,
    );
    expect(await world.store.ids()).toEqual(['demo', 'other']);
  });

  it('keeps an archived task archived', async () => {
    const world = await closedTask();
    await written(world.store.create(creation('demo'), context(), { replace: true }));
    world.database.sqlite.exec(`UPDATE tasks SET title = 'Forged' WHERE id = 'demo.1'`);
    expect(await world.store.rebuild('demo.1', { repair: true })).toEqual({ differences: ['column title'] });
    expect((await world.store.list({ archived: true }, { limit: 5 })).data).toHaveLength(1);
  });

  it('knows no task without row and log', async () => {
    const { store } = await openWorld();
    expect(await store.rebuild('nobody', { repair: true })).toBeUndefined();
  });
});
