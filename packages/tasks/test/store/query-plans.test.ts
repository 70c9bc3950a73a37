/** What is asked all day is answered from an index, however many tasks there are and however long a log is. */

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { TaskFilter, TaskStore } from '../../src/core/ports.ts';
import { createTaskStore } from '../../src/store/task-store.ts';
import { openWorld } from './support.ts';

/** How SQLite answers the last statement that `ask` had run, a step each. */
async function planOf(ask: (store: TaskStore) => Promise<unknown>): Promise<readonly string[]> {
  const { database } = await openWorld();
  let ran = '';
  const prepare: DatabaseSync['prepare'] = (sql) => {
    const statement = database.sqlite.prepare(sql);
    const all = (...of: SQLInputValue[]) => {
      ran = sql;
      return statement.all(...of);
    };
    return Object.assign(Object.create(statement) as typeof statement, { all });
  };
  const sqlite = new Proxy(database.sqlite, {
    get: (target, key) => {
      if (key === 'prepare') return prepare;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  await ask(createTaskStore({ ...database, sqlite }));
  const steps = database.sqlite.prepare(`EXPLAIN QUERY PLAN ${ran}`).all();
  return steps.map(({ detail }) => String(detail));
}

describe('without reading or sorting more than a page', () => {
  it.each<[string, TaskFilter]>([
    ['of all tasks', {}],
    ['of a state', { state: 'running' }],
    ['of a project', { project: '/a' }],
    ['of a state of a project', { state: 'paused', project: '/a' }],
    ['of those that gave their id', { archived: true }],
  ])('a list %s is read from an index', async (_name, filter) => {
    const plan = await planOf((store) => store.list(filter, { limit: 20 }));
    // The outer of the two queries sorts its page once more.
    const inner = plan.slice(plan.findIndex((step) => step.startsWith('LIST SUBQUERY')) + 1, -1);
    expect(inner).toEqual([expect.stringContaining('USING COVERING INDEX')]);
  });

  it('the newest events of some types are read from an index, also where there are none', async () => {
    const plan = await planOf((store) => store.recent('demo', 3, ['action_ended']));
    expect(plan).toEqual([expect.stringContaining('USING INDEX task_events_by_type (task_id=? AND type=?)')]);
  });

  it('lanes of members are found in an index of their own', async () => {
    const plan = await planOf((store) => store.lanesOfAgents(1));
    expect(plan[0]).toContain('task_events_of_lane_agents');
  });

  it('tasks that were closed long ago are found by when they were closed', async () => {
    const plan = await planOf((store) => store.archives.closedBefore(1));
    expect(plan).toEqual([expect.stringContaining('tasks_by_closing')]);
  });

  it('pages of archives are read from an index', async () => {
    const plan = await planOf((store) => store.archives.list({ limit: 10 }));
    expect(plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  });
});

it('the newest events of several types come in the order of the log', async () => {
  const { store } = await openWorld();
  const context = { now: 1, actor: 'a', revision: 'latest' } as const;
  await store.create({ type: 'create', task_id: 'demo', fields: { title: 't', goal: 'g' } }, context);
  for (const name of ['a', 'b', 'c', 'd']) {
    await store.apply('demo', { type: 'progress', message: name }, context);
    await store.apply('demo', { type: 'event', name, details: {} }, context);
  }
  const seqs = (await store.recent('demo', 3, ['noted', 'status_reported'])).map(({ seq }) => seq);
  expect(seqs).toEqual([7, 8, 9]);
});
