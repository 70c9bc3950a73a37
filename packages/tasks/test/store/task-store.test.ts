import type { Task } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/core/decide.ts';
import { decideCreate } from '../../src/core/decide-create.ts';
import { evolve } from '../../src/core/evolve.ts';
import { createTaskStore } from '../../src/store/task-store.ts';
import { context, creation, progress } from './commands.ts';
import { openWorld, written } from './support.ts';

describe('a task store', () => {
  it('L1: writes the log and the snapshot that it folds to, and gives both back', async () => {
    const { store } = await openWorld();
    const created = await written(store.create(creation('demo'), context()));
    const reported = await written(store.apply('demo', progress('one'), context({ now: 2_000, actor: 'agent' })));
    expect(created.events).toMatchObject([{ seq: 1, type: 'task_created', at: 1_000, actor: 'tester' }]);
    expect(reported.events).toEqual([
      { seq: 2, type: 'status_reported', at: 2_000, actor: 'agent', data: { message: 'one' } },
    ]);
    expect(reported.before).toEqual(created.task);
    expect(await store.get('demo')).toEqual(reported.task);
    expect(await store.events('demo', { after: 0, limit: 10 })).toEqual([...created.events, ...reported.events]);
  });

  it('L1: rolls the log back when the snapshot cannot be written', async () => {
    const { store, database } = await openWorld();
    await written(store.create(creation('demo'), context()));
    const before = await store.get('demo');
    database.sqlite.exec(`CREATE TRIGGER no BEFORE UPDATE ON tasks BEGIN SELECT raise(ABORT, 'no'); END`);
    await expect(store.apply('demo', progress('one'), context())).rejects.toThrow('no');
    expect(await store.get('demo')).toEqual(before);
    expect(await store.recent('demo', 10)).toHaveLength(1);
  });

  it('L2: lets commands of one turn see each other, though they share a transaction', async () => {
    const { store } = await openWorld();
    await written(store.create(creation('demo'), context()));
    const outcomes = await Promise.all(
      ['one', 'two', 'three'].map((message) => store.apply('demo', progress(message), context({ revision: 1 }))),
    );
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['written', 'refused', 'refused']);
    expect(await store.get('demo')).toMatchObject({ revision: 2 });
    expect(await store.recent('demo', 1)).toMatchObject([{ data: { message: 'one' } }]);
  });

  it('L2: tells a writer of a stale revision what changed since and by whom, and writes nothing', async () => {
    const { store } = await openWorld();
    await written(store.create(creation('demo'), context()));
    await written(store.apply('demo', progress('one'), context({ actor: 'another agent' })));
    const outcome = await store.apply('demo', progress('two'), context({ revision: 1 }));
    expect(outcome).toMatchObject({
      kind: 'refused',
      code: 'conflict',
      details: { seen: 1, now: 2, changed: [{ seq: 2, type: 'status_reported', actor: 'another agent' }] },
    });
    expect(await store.recent('demo', 10)).toHaveLength(2);
  });

  it('passes on any other refusal as it is', async () => {
    const { store } = await openWorld();
    const pause = { type: 'control', controlId: 'c', intent: 'pause', message: '', when: 'now' } as const;
    await written(store.create(creation('demo'), context()));
    await written(store.apply('demo', pause, context()));
    const outcome = await store.apply('demo', pause, context());
    expect(outcome).toEqual(decide((await store.get('demo')) as Task, pause, context()));
    expect(outcome).toMatchObject({ kind: 'refused', code: 'conflict' });
    expect(await store.create(creation('other', { title: '' }), context())).toMatchObject({ code: 'invalid_input' });
    expect(await store.get('other')).toBeUndefined();
  });

  it('refuses a task that is not there, and knows nothing of it', async () => {
    const { store } = await openWorld();
    expect(await store.apply('nobody', progress('one'), context())).toMatchObject({
      kind: 'refused',
      code: 'not_found',
      message: expect.stringContaining('perdure task list'),
    });
    expect(await store.get('nobody')).toBeUndefined();
    expect(await store.recent('nobody', 10)).toEqual([]);
  });

  it('writes nothing for a command that changes nothing', async () => {
    const { store } = await openWorld();
    const { task } = await written(store.create(creation('demo'), context()));
    expect(await store.apply('demo', { type: 'boundary' }, context())).toEqual({
      kind: 'written',
      task,
      before: task,
      events: [],
    });
    expect(await store.recent('demo', 10)).toHaveLength(1);
  });

  it('pages through a log by number, and gives the newest of it oldest first', async () => {
    const { store } = await openWorld();
    await written(store.create(creation('demo'), context()));
    for (const message of ['one', 'two', 'three']) await written(store.apply('demo', progress(message), context()));
    const numbers = async (events: ReturnType<typeof store.recent>) => (await events).map(({ seq }) => seq);
    expect(await numbers(store.events('demo', { after: 1, limit: 2 }))).toEqual([2, 3]);
    expect(await numbers(store.recent('demo', 2))).toEqual([3, 4]);
  });

  it('imports a task as it was, once', async () => {
    const { store } = await openWorld();
    const { task } = await written(store.create(creation('one'), context()));
    const copy = { ...task, task_id: 'two', desired_state: 'failed' as const };
    const imported = await written(store.import(copy, { from: '/old', context: context({ now: 5_000 }) }));
    expect(imported.events).toMatchObject([{ type: 'task_imported', data: { from: '/old' } }]);
    expect(await store.get('two')).toMatchObject({ desired_state: 'failed', worked_at: task.worked_at });
    expect(await store.import(copy, { from: '/old', context: context() })).toMatchObject({ code: 'conflict' });
  });

  it('folds what the log will give back, not what a caller happened to hand over', async () => {
    const { store } = await openWorld();
    await written(store.create(creation('demo'), context()));
    const artifacts = [{ at: new Date(0), nothing: undefined }];
    const { task } = await written(store.apply('demo', { type: 'update', changes: { artifacts } }, context()));
    expect(task.artifacts).toStrictEqual([{ at: '1970-01-01T00:00:00.000Z' }]);
    expect(await store.rebuild('demo', { repair: false })).toEqual({ differences: [] });
  });

  it('keeps a command on which the core breaks away from its neighbours in the transaction', async () => {
    const { database } = await openWorld();
    const store = createTaskStore(database, { core: { decideCreate, decide: breaking, evolve } });
    await written(store.create(creation('demo'), context()));
    const outcomes = await Promise.allSettled(
      ['one', 'breaker', 'two'].map((actor) => store.apply('demo', progress(`by ${actor}`), context({ actor }))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await store.recent('demo', 9)).map(({ seq, actor }) => [seq, actor])).toEqual([
      [1, 'tester'],
      [2, 'one'],
      [3, 'two'],
    ]);
  });
});

describe('creating a task whose id is taken', () => {
  it('is refused with what to do, and changes nothing', async () => {
    const { store } = await openWorld();
    const { task } = await written(store.create(creation('demo'), context()));
    expect(await store.create(creation('demo', { title: 'Other' }), context())).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/exists already and is running.*continue demo.*--force/),
      details: { revision: 1 },
    });
    expect(await store.get('demo')).toEqual(task);
  });

  it('with replace keeps the old one, its whole log and its hand-overs under a free id, out of the usual lists', async () => {
    const { store } = await openWorld();
    await written(store.create(creation('demo.1'), context()));
    await written(store.create(creation('demo', { title: 'Old' }), context()));
    await written(store.apply('demo', progress('one'), context()));
    await store.resumeQueue.add(handOver('demo'));
    const replaced = await written(store.create(creation('demo', { title: 'New' }), context(), { replace: true }));

    expect(replaced).toMatchObject({ archived: 'demo.2', task: { title: 'New', revision: 1 } });
    expect(await store.get('demo.2')).toMatchObject({ task_id: 'demo.2', title: 'Old', desired_state: 'running' });
    expect((await store.recent('demo.2', 10)).map(({ type }) => type)).toEqual([
      'task_created',
      'status_reported',
      'noted',
    ]);
    expect(await store.resumeQueue.list()).toMatchObject([{ taskId: 'demo.2' }]);
    const listed = async (archived: boolean) =>
      (await store.list({ archived }, { limit: 9 })).data.map(({ task_id: id }) => id);
    expect(await listed(false)).toEqual(['demo.1', 'demo']);
    expect(await listed(true)).toEqual(['demo.2']);
    for (const id of ['demo', 'demo.2']) {
      expect(await store.rebuild(id, { repair: false })).toEqual({ differences: [] });
    }
  });

  it('with replace finds an id that is not too long', async () => {
    const { store } = await openWorld();
    const longest = 'a'.repeat(63);
    await written(store.create(creation(longest), context()));
    const { archived } = await written(store.create(creation(longest), context(), { replace: true }));
    expect(archived).toBe(`${'a'.repeat(61)}.1`);
  });

  it('keeps what the log of an imported task said, in its own', async () => {
    const { store } = await openWorld();
    const { task } = await written(store.create(creation('demo'), context()));
    const history = { events: [{ ts: '2026-03-01T10:00:00Z', type: 'status_reported' }], progress: ['[…] half way'] };
    await written(store.import({ ...task, task_id: 'old' }, { from: '/old', history, context: context() }));
    expect(await store.recent('old', 1)).toMatchObject([{ seq: 1, type: 'task_imported', data: { history } }]);
    expect(await store.rebuild('old', { repair: false })).toEqual({ differences: [] });
  });

  it('with replace imports over it too', async () => {
    const { store } = await openWorld();
    const { task } = await written(store.create(creation('demo'), context()));
    const imported = store.import({ ...task, title: 'New' }, { from: '/old', context: context(), replace: true });
    expect(await written(imported)).toMatchObject({ archived: 'demo.1', task: { title: 'New' } });
  });
});

const handOver = (taskId: string) => ({
  id: 'h1',
  taskId,
  title: 'Go on',
  context: 'with it',
  source: 'guard',
  session: 's',
  createdAt: 1,
});

const breaking: typeof decide = (task, command, of) => {
  if (of.actor === 'breaker') throw new Error('broken');
  return decide(task, command, of);
};
