/** Tasks as a version wrote them that kept one word for whoever works, and told it at every boundary. */

import type { Task } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { boundaryAnswer } from '../../src/core/told.ts';
import { context, creation, newTask, progress } from './commands.ts';
import { openWorld, written, type World } from './support.ts';

const boundary = { type: 'boundary' } as const;
const control = (intent: string, message: string) => ({
  id: message,
  intent,
  message,
  by: 'owner',
  at: new Date(2_000).toISOString(),
});

/** Three orders, told long ago; a pause and its end; with `isClosed`, completed. */
async function olderTask({ isClosed = false } = {}): Promise<World> {
  const world = await openWorld();
  const { steering: _, handed_over: __, closing: ___, ...made } = newTask(creation('demo'), 1_000);
  const lease = { holder: 'ada', attempt: 1, fence: 1, token_hash: 'hash', expires_at: new Date(9e6).toISOString() };
  const events: (readonly [type: string, data: object])[] = [
    ['task_created', { task: made }],
    ['lease_taken', { lease }],
    ...['one', 'two', 'three'].map(
      (message) => ['user_control_received', { control: control('steer', message) }] as const,
    ),
    ['user_control_received', { control: control('pause', 'lunch') }],
    ['pause_requested', { state: 'paused', note: 'lunch' }],
    ['resume_started', { state: 'running' }],
    ...(isClosed ? [['task_completed', { state: 'completed', note: 'out' }] as const] : []),
  ];
  const at = new Date(2_000).toISOString();
  const snapshot = {
    ...made,
    desired_state: isClosed ? 'completed' : 'running',
    operator_note: 'lunch',
    steering_note: 'three',
    lease: isClosed ? { ...lease, token_hash: '', expires_at: at } : lease,
    revision: events.length,
    updated_at: at,
    worked_at: isClosed ? at : made.worked_at,
  };
  insert(world, events, snapshot as unknown as Task);
  return world;
}

function insert(
  { database: { sqlite } }: World,
  events: readonly (readonly [type: string, data: object])[],
  task: Task,
): void {
  const log = sqlite.prepare(
    `INSERT INTO task_events (task_id, seq, type, at, actor, data) VALUES ('demo', ?, ?, ?, 'x', ?)`,
  );
  for (const [index, [type, data]] of events.entries()) {
    log.run(index + 1, type, index === 0 ? 1_000 : 2_000, JSON.stringify(data));
  }
  const closedAt = task.desired_state === 'completed' ? 2_000 : null;
  sqlite
    .prepare(
      `INSERT INTO tasks (id, project, state, title, revision, archived, worked_at, updated_at, created_at, closed_at, snapshot)
       VALUES ('demo', '', ?, ?, ?, 0, ?, 2000, 1000, ?, ?)`,
    )
    .run(task.desired_state, task.title, task.revision, Date.parse(task.worked_at), closedAt, JSON.stringify(task));
}

const holder = context({ now: 3_000, actor: 'ada', tokenHash: 'hash' });
/** The third that was said. */
const orders = [{ intent: 'steer', message: 'three', isNew: false, number: 3 }];

describe('a task of an older version', () => {
  it('is no damaged one, whatever has happened to it', async () => {
    for (const isClosed of [false, true]) {
      const world = await olderTask({ isClosed });
      expect(await world.store.rebuild('demo', { repair: false })).toEqual({ differences: [] });
    }
  });

  it('still tells the word that stood, and none of those that another replaced', async () => {
    const { store } = await olderTask();
    const looked = (await store.get('demo'))?.steering ?? [];
    expect(looked).toMatchObject([{ message: 'three', told: true }]);
    // Only the log knows which number it has, and a wrong one would settle another.
    expect(looked[0]).not.toHaveProperty('number');
    const { task, events } = await written(store.apply('demo', boundary, holder));
    expect(boundaryAnswer(task, events).steering).toEqual(orders);
  });

  it('does the same after a repair', async () => {
    const { store, database } = await olderTask();
    database.sqlite.exec(`UPDATE tasks SET snapshot = '{'`);
    await store.rebuild('demo', { repair: true });
    const { task, events } = await written(store.apply('demo', boundary, holder));
    expect(boundaryAnswer(task, events).steering).toEqual(orders);
  });

  it('L3: is the fold of its log from its next write on, with what only the log knew', async () => {
    const world = await olderTask({ isClosed: true });
    const { before } = await written(
      world.store.apply('demo', { type: 'reopen', reason: 'more' }, context({ now: 3_000 })),
    );
    expect(before).toMatchObject({ closing: { text: 'out' }, lease: { earlier_hashes: ['hash'] } });
    await written(world.store.apply('demo', progress('one'), context({ now: 4_000 })));
    expect(await world.store.rebuild('demo', { repair: false })).toEqual({ differences: [] });
  });

  it('whose columns somebody changed is found all the same', async () => {
    const world = await olderTask();
    world.database.sqlite.exec(`UPDATE tasks SET state = 'stopped'`);
    expect(await world.store.rebuild('demo', { repair: false })).toEqual({ differences: ['column state'] });
  });
});
