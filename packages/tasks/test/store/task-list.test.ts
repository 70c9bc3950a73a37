import { compact } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import type { TaskFilter } from '../../src/core/ports.ts';
import { context, creation, newTask, progress } from './commands.ts';
import { openWorld, written, type World } from './support.ts';

/** Tasks of two projects, of two states, worked on one after the other in groups of the same millisecond. */
async function listedWorld(): Promise<World> {
  const world = await openWorld();
  for (let n = 0; n < 12; n += 1) {
    const task = newTask(creation(`t${n}`, { project: n % 3 === 0 ? '/a' : '/b' }), 1_000 * Math.floor(n / 4));
    const state = n % 2 === 0 ? 'running' : 'paused';
    await written(world.store.import({ ...task, desired_state: state }, { from: 'test', context: context() }));
  }
  return world;
}

async function pages({ store }: World, filter: TaskFilter, limit: number) {
  const found: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(filter, { limit, ...compact({ cursor }) });
    found.push(page.data.map(({ task_id: id }) => id));
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}

/** That they take no longer for ten thousand of them is what `query-plans.test.ts` shows. */
describe('lists of tasks', () => {
  it('have the newest work first, in whole pages that neither repeat nor skip', async () => {
    const world = await listedWorld();
    await written(world.store.apply('t0', progress('one'), context({ now: 9_000 })));
    expect(await pages(world, {}, 5)).toEqual([
      ['t0', 't9', 't8', 't11', 't10'],
      ['t7', 't6', 't5', 't4', 't3'],
      ['t2', 't1'],
    ]);
  });

  it.each<[TaskFilter, string[]]>([
    [{ state: 'paused' }, ['t9', 't11', 't7', 't5', 't3', 't1']],
    [{ project: '/a' }, ['t9', 't6', 't3', 't0']],
    [{ project: '/a', state: 'running' }, ['t6', 't0']],
    [{ project: '/c' }, []],
    [{ archived: true }, []],
  ])('hold what %j asks for and nothing else', async (filter, expected) => {
    const world = await listedWorld();
    expect((await pages(world, filter, 2)).flat()).toEqual(expected);
  });

  it('refuse a cursor that is none of theirs', async () => {
    const { store } = await openWorld();
    await expect(store.list({}, { limit: 5, cursor: 'demo' })).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
