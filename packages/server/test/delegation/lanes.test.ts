/** Lanes of tasks that are given to a member of the hub, carried there and back. */

import type { Task } from '@perdure/contract';
import type { TaskCommand } from '@perdure/tasks';
import { createTaskStore } from '@perdure/tasks/store';
import { describe, expect, it } from 'vitest';
import { errandsOfLanes } from '../../src/delegation/of-lanes.ts';
import { createWorld, filledIn, hour, type Death } from './world.ts';

const minutes = 60;
type Assignment = Extract<TaskCommand, { type: 'assign_lane' }>;

async function withLane(agent = 'agent') {
  const world = await createWorld(async () => null);
  const { clock, harness } = world;
  const store = createTaskStore(harness.database);
  const context = () => ({ now: clock.now(), actor: 'ada', revision: 'latest' }) as const;
  const apply = async (command: TaskCommand, taskId = 'ship') => {
    const written = await store.apply(taskId, command, context());
    if (written.kind === 'refused') throw new Error(written.message);
  };
  let ids = 0;
  const server = (death?: Death) =>
    world.server(
      death,
      async (around) =>
        await errandsOfLanes({
          store: around(store),
          now: () => clock.now(),
          newId: () => `id-${++ids}`,
          warn: () => undefined,
        }),
    );
  const look = async () => {
    await server().look();
    await server().look();
  };
  const assign = async (lane: Assignment['lane'] = {}, to: string | undefined = agent, taskId = 'ship') =>
    await apply(
      { type: 'assign_lane', line: 'docs', lane: { minutes, ...lane }, ...(to !== undefined && { agent: to }) },
      taskId,
    );
  const create = async (taskId: string) => {
    await store.create({ type: 'create', task_id: taskId, fields: { title: 'Ship', goal: 'Out' } }, context());
    await assign({ goal: 'Write the guide' }, agent, taskId);
  };
  await create('ship');
  const task = async (taskId = 'ship'): Promise<Task> => {
    const found = await store.get(taskId);
    if (found === undefined) throw new Error('the task is gone');
    return found;
  };
  const lane = async (taskId?: string) => (await task(taskId)).lanes[0];
  const brief = async () => {
    const [first] = await world.talk();
    if (first === undefined) throw new Error('nothing was said');
    return first;
  };
  /** What the owner has said since `first`. */
  const told = async () => (await world.talk()).slice(1).filter(({ metadata }) => metadata.senderHandle === 'owner');
  const control = async (intent: 'pause' | 'resume', controlId: string) =>
    await apply({ type: 'control', controlId, intent, message: '', when: 'now' });
  const types = async (type: string, taskId = 'ship') =>
    (await store.events(taskId, { after: 0, limit: 1_000 })).filter((event) => event.type === type);
  return { ...world, store, apply, assign, server, look, create, task, lane, brief, told, control, types };
}

describe('a lane that is given to a member', () => {
  it('is told to it once, with all that a return needs, and what it answers is its return', async () => {
    const { look, talk, brief, reply, lane, task, types } = await withLane();
    await look();
    await look();
    expect(await talk()).toHaveLength(1);
    const first = await brief();
    expect(first).toMatchObject({ intent: 'delegation', metadata: { senderHandle: 'owner' } });
    for (const part of ['Write the guide', 'task_id: ship', 'line: docs', 'node: start', 'as your answer']) {
      expect(first.content).toContain(part);
    }
    await reply(first, `Here it is.\n\n${filledIn(first.content, { body: 'Goal\nThe guide' })}`);
    await look();
    expect(await lane()).toMatchObject({ status: 'done', goal_status: 'complete', controller_decision: 'pending' });
    expect(await types('subagent_return_ingested')).toMatchObject([
      { actor: 'agent', data: { body: 'Goal\nThe guide' } },
    ]);
    expect((await task()).workers).toContain('agent');
    expect(await talk()).toHaveLength(2);
  });

  it('claims what nothing proves as any other does', async () => {
    const { look, brief, reply, lane } = await withLane();
    await look();
    await reply(await brief(), filledIn((await brief()).content, { body: 'Published the guide on the wiki.' }));
    await look();
    expect((await lane())?.deliveries).toEqual([{ text: 'Published the guide on the wiki.' }]);
  });

  it('is asked for again where the form has a mistake, in its thread and beside it', async () => {
    const { look, brief, reply, told, lane } = await withLane();
    await look();
    const first = await brief();
    await reply(first, filledIn(first.content, { goal: 'perfect' }));
    await look();
    await reply(first, 'Done.', { threadRootId: first.id });
    await look();
    expect(await told()).toMatchObject([
      { content: expect.stringContaining('invalid goal_status: perfect') },
      { content: expect.stringContaining('none of the headers') },
    ]);
    await reply(first, filledIn(first.content));
    await look();
    expect(await lane()).toMatchObject({ status: 'done' });
  });

  it('keeps a return for another node apart and says so, and takes the next one', async () => {
    const { look, brief, reply, told, lane, task } = await withLane();
    await look();
    const first = await brief();
    await reply(first, filledIn(first.content.replace('node: start', 'node: begin')));
    await look();
    expect((await task()).quarantine).toMatchObject([{ node: 'begin', why: 'other_node', by: 'agent' }]);
    expect(await told()).toMatchObject([{ content: expect.stringContaining('it is at node start') }]);
    await reply(first, filledIn(first.content));
    await look();
    expect([(await lane())?.status, (await task()).quarantine.length]).toEqual(['done', 1]);
  });

  it('is over when its time is up: the member is told once, and what it returns then is kept apart', async () => {
    const { look, advance, brief, reply, told, lane, task } = await withLane();
    await look();
    await advance(hour);
    await look();
    await look();
    expect(await told()).toMatchObject([{ content: expect.stringContaining('The time for this is up') }]);
    const first = await brief();
    await reply(first, filledIn(first.content));
    await look();
    await look();
    expect((await task()).quarantine).toMatchObject([{ line: 'docs', why: 'expired', by: 'agent' }]);
    expect(await lane()).toMatchObject({ status: 'expired' });
    expect(await told()).toHaveLength(1);
  });

  it.each<[string, TaskCommand, string]>([
    ['is parked', { type: 'decide_lane', line: 'docs', decision: 'park' }, 'This is not needed any more.'],
    ['begins another round', { type: 'decide_lane', line: 'docs', decision: 'dispatch', minutes: 5 }, 'was given anew'],
    ['ends with its task', { type: 'complete', override: 'enough' }, 'Task ship was closed.'],
  ])('is told to be over where it %s', async (_name, command, words) => {
    const { look, apply, told } = await withLane();
    await look();
    await apply(command);
    await look();
    await look();
    expect(await told()).toMatchObject([{ content: expect.stringContaining(words) }]);
  });

  it('is told to be over where somebody else has handed in its return', async () => {
    const { look, brief, told, apply } = await withLane();
    await look();
    const { parseReturn } = await import('@perdure/tasks/returns');
    const parsed = parseReturn(filledIn((await brief()).content));
    if (parsed.kind === 'refused') throw new Error(parsed.message);
    await apply({ type: 'ingest_return', returnId: 'r', given: parsed.given });
    await look();
    expect(await told()).toMatchObject([{ content: expect.stringContaining('A return for this was taken.') }]);
  });

  it('is not told while its task is paused, and never where it is decided on before', async () => {
    const { look, talk, control, apply } = await withLane();
    await control('pause', 'a');
    await look();
    expect(await talk()).toEqual([]);
    await control('resume', 'b');
    await apply({ type: 'decide_lane', line: 'docs', decision: 'park' });
    await look();
    expect(await talk()).toEqual([]);
  });

  it.each([
    ['nobody has this name', 'nobody', 'nobody called nobody'],
    ['it is the owner', 'owner', 'the owner gives errands'],
  ])('is blocked, each time it is given, where %s', async (_name, handle, why) => {
    const { look, lane, assign, types } = await withLane(handle);
    await look();
    expect(await lane()).toMatchObject({ status: 'blocked', goal_status: 'blocked', next_role: 'main' });
    await assign();
    await look();
    expect(await lane()).toMatchObject({ status: 'blocked' });
    const returned = expect.stringContaining(why) as string;
    expect(await types('subagent_return_ingested')).toMatchObject([
      { data: { body: returned } },
      { data: { body: returned } },
    ]);
  });

  it('is blocked where its task has grown beyond a message since it was given', async () => {
    const { look, lane, apply, talk } = await withLane();
    await apply({ type: 'update', changes: { constraints: ['x'.repeat(9_500)] } });
    await look();
    expect([(await lane())?.status, await talk()]).toEqual(['blocked', []]);
  });

  it('of the next round is told anew, and a return of the first one does not count for it', async () => {
    const { look, brief, talk, reply, lane, task, assign } = await withLane();
    await look();
    const first = await brief();
    await reply(first, filledIn(first.content, { tag: 'autopilot', goal: 'partial', role: 'worker' }));
    await look();
    await assign({ node: 'second' });
    await look();
    const second = (await talk()).at(-1);
    expect(second?.content).toContain('node: second');
    await reply(first, filledIn(first.content, { body: 'Polished.' }));
    await look();
    expect([(await lane())?.status, (await task()).quarantine]).toMatchObject(['assigned', [{ why: 'other_node' }]]);
    await reply(first, filledIn(second?.content ?? ''));
    await look();
    expect(await lane()).toMatchObject({ status: 'done', node: 'second' });
  });

  it('asks for other words where a return is that of an earlier round, and nothing else', async () => {
    const { look, brief, reply, lane, assign, told } = await withLane();
    await look();
    const blocked = filledIn((await brief()).content, { tag: 'blocked', goal: 'blocked', body: 'Dark.' });
    await reply(await brief(), blocked);
    await look();
    await assign();
    await look();
    await reply(await brief(), blocked);
    await look();
    expect(await lane()).toMatchObject({ status: 'assigned' });
    expect((await told()).at(-1)?.content).toContain('the return of an earlier round, word for word');
  });

  it('takes nothing from anybody but the member', async () => {
    const { look, brief, reply, other, lane, owner, agent } = await withLane();
    await look();
    const first = await brief();
    const memberIds = [agent.principal.id, other.principal.id];
    const made = await owner('POST', '/api/v1/channels', { json: { kind: 'group', name: 'Camp', memberIds } });
    const channelId = (made.body.data as { readonly id: string }).id;
    await reply({ ...first, channelId }, filledIn(first.content), {}, other);
    await look();
    expect(await lane()).toMatchObject({ status: 'assigned' });
  });
});

const sides = ['before', 'after'] as const;

describe('a server that dies while it carries a lane', () => {
  it('L2: tells it once and takes its return once, wherever it dies', { timeout: 120_000 }, async () => {
    const { server, talk, reply, create, lane, types, task, apply, advance } = await withLane();
    await apply({ type: 'decide_lane', line: 'docs', decision: 'park' });
    let trials = 0;
    /** One lane from its assignment to its return, with servers that die; the calls of the one that made most. */
    const trial = async (death: Death | undefined) => {
      const taskId = `trial-${++trials}`;
      const before = (await talk()).length;
      await create(taskId);
      const first = server(death);
      await first.look();
      await server().look();
      const [brief, ...others] = (await talk()).slice(before);
      expect(others, JSON.stringify(death)).toEqual([]);
      if (brief === undefined) throw new Error('nothing was said');
      await reply(brief, filledIn(brief.content));
      const second = server(death);
      await second.look();
      await server().look();
      await server().look();
      expect(await lane(taskId), JSON.stringify(death)).toMatchObject({ status: 'done' });
      expect(await types('subagent_return_ingested', taskId), JSON.stringify(death)).toHaveLength(1);
      expect([(await talk()).slice(before).length, (await task(taskId)).quarantine]).toEqual([2, []]);
      await apply({ type: 'complete', override: 'enough' }, taskId);
      // What was closed that long ago is looked at no more.
      await advance(8 * 24 * hour);
      return Math.max(first.calls(), second.calls());
    };
    const calls = await trial(undefined);
    expect(calls).toBeGreaterThanOrEqual(5);
    for (let call = 1; call <= calls; call += 1) for (const side of sides) await trial({ side, call });
  });
});
