/** Tasks: who has part in one, how it stands, what is told of it, and the durable task that carries it out. */

import { hubTaskStatuses, mayHubTaskBecome } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { codeOf, taken } from '../../conformance/world.ts';
import { openTaskWorld, type OpenTaskStore, type TaskWorld } from './world.ts';

const toldIn = async ({ tasks }: TaskWorld, taskId: string): Promise<readonly string[]> => {
  const { data } = await tasks.activity(taskId, { limit: 100 });
  expect(data.map(({ seq }) => seq)).toEqual(data.map((_each, at) => at + 1));
  return data.map(({ author, type, message }) => `${author.handle} ${type}: ${message}`);
};

export function tasksAreGiven(open: OpenTaskStore): void {
  describe('tasks', () => {
    it('are one under one key of one creator, also where twenty make it at once in two processes', async () => {
      const { tasks, another, ada, agent, asked } = await openTaskWorld(open);
      const other = await another();
      const made = await Promise.all(
        Array.from({ length: 20 }, (_each, n) =>
          (n % 2 === 0 ? tasks : other).create(ada, asked({ clientKey: 'k', title: `Title ${n}` })),
        ),
      );
      expect(new Set(made.map((outcome) => taken(outcome).stored.task.id)).size).toBe(1);
      expect(made.filter(({ kind }) => kind === 'created')).toHaveLength(1);
      expect((await tasks.create(agent, asked({ clientKey: 'k' }))).kind).toBe('created');
    });

    it('are seen by who made them, who has them to do and the owner, and are none to others', async () => {
      const { tasks, owner, ada, agent, outsider, newId, create } = await openTaskWorld(open);
      const { id } = (await create()).task;
      const read = async (by: typeof ada) => codeOf(await tasks.read(by, { taskId: id, leaseId: newId(), now: 5 }));
      expect([await read(owner), await read(ada), await read(agent)]).toEqual(['task', 'task', 'task']);
      expect(await read(outsider)).toBe('not_found');
      const told = { taskId: id, id: newId(), type: 'comment', message: 'mine', now: 6 } as const;
      expect(codeOf(await tasks.tell(outsider, told))).toBe('forbidden');
      expect((await tasks.activity(id, { limit: 9 })).data).toEqual([]);
    });

    it('are listed newest first to who has part in them, by assignee and status, page by page', async () => {
      const { tasks, owner, ada, agent, outsider, create, change } = await openTaskWorld(open);
      const made = [];
      for (let n = 0; n < 5; n += 1) made.push((await create({ title: `Task ${n}` })).task.id);
      const own = (await create({ assigneeId: undefined, title: 'Own' }, agent)).task.id;
      taken(await change(agent, made[1] ?? '', { status: 'blocked' }));
      const list = async (by: typeof ada, more: object = {}) =>
        (await tasks.list(by, { limit: 10, isAll: false, ...more })).data.map(({ task }) => task.id);
      expect(await list(ada)).toEqual(made.toReversed());
      expect(await list(agent)).toEqual([own, ...made.toReversed()]);
      expect(await list(agent, { assigneeId: agent.id })).toEqual(made.toReversed());
      expect(await list(agent, { assigneeId: agent.id, status: 'blocked' })).toEqual([made[1]]);
      expect([await list(owner), await list(outsider, { assigneeId: agent.id })]).toEqual([[], []]);
      expect(await list(owner, { isAll: true })).toHaveLength(6);
      const first = await tasks.list(ada, { limit: 2, isAll: false });
      expect(first.next).toBe(made[3]);
      expect(await list(ada, { cursor: first.next })).toEqual([made[2], made[1], made[0]]);
    });

    it('are found by what stands in their title, in whichever case, while they are open', async () => {
      const { tasks, create, change, ada, agent } = await openTaskWorld(open);
      const order = (await create({ title: 'STOP Agent: scout 100%' })).task.id;
      await create({ title: 'Agents: a list' });
      const done = (await create({ title: 'Start agent: scout' })).task.id;
      const own = (await create({ title: 'Restart agent: scout', assigneeId: undefined }, agent)).task.id;
      const found = async (titled: string) => (await tasks.open({ titled })).map(({ task }) => task.id);
      expect(await found(' agent:')).toEqual([own, done, order]);
      taken(await change(ada, done, { status: 'done' }));
      expect([await found(' agent:'), await found('100%'), await found('%')]).toEqual([[own, order], [order], [order]]);
    });

    it('go from status to status as the table says and in no other way, each change being told', async () => {
      const world = await openTaskWorld(open);
      const { agent, create, change } = world;
      for (const from of hubTaskStatuses) {
        for (const to of hubTaskStatuses) {
          const { id } = (await create()).task;
          if (from !== 'todo') taken(await change(agent, id, { status: from }));
          const outcome = codeOf(await change(agent, id, { status: to }));
          expect(outcome, `${from} to ${to}`).toBe(
            from === to ? 'same' : mayHubTaskBecome(from, to) ? 'changed' : 'conflict',
          );
          const steps = [
            ...(from === 'todo' ? [] : [`todo -> ${from}`]),
            ...(outcome === 'changed' ? [`${from} -> ${to}`] : []),
          ];
          expect(await toldIn(world, id)).toEqual(steps.map((step) => `scout status_change: ${step}`));
        }
      }
    });

    it('are told of in order and for ever, by whoever it was, from however many processes at once', async () => {
      const world = await openTaskWorld(open);
      const { tasks, another, ada, agent, newId, create, change } = world;
      const { id } = (await create()).task;
      const other = await another();
      await Promise.all(
        Array.from({ length: 40 }, async (_each, n) => {
          const told = { taskId: id, id: newId(), type: 'progress', message: `step ${n}`, now: 6 } as const;
          return taken(await (n % 2 === 0 ? tasks : other).tell(n % 3 === 0 ? ada : agent, told));
        }),
      );
      const told = await toldIn(world, id);
      expect(new Set(told).size).toBe(40);
      const before = (await tasks.activity(id, { limit: 100 })).data;
      taken(await change(agent, id, { status: 'done' }));
      expect((await tasks.activity(id, { limit: 100 })).data.slice(0, 40)).toEqual(before);
      const page = await tasks.activity(id, { limit: 10 });
      expect((await tasks.activity(id, { limit: 1, cursor: page.next })).data[0]?.seq).toBe(11);
    });

    it('are given and named anew by who made them and by the owner, and by nobody else', async () => {
      const world = await openTaskWorld(open);
      const { owner, ada, agent, other, create, change } = world;
      const { id } = (await create()).task;
      for (const more of [{ title: 'Mine' }, { notes: 'mine' }, { assigneeId: other.id }, { assigneeId: null }]) {
        expect(codeOf(await change(agent, id, more))).toBe('forbidden');
      }
      expect(codeOf(await change(ada, id, { assigneeId: 'nobody' }))).toBe('invalid_input');
      const handed = await change(owner, id, { assigneeId: other.id, title: 'Other' });
      expect(handed).toMatchObject({ kind: 'changed', formerId: agent.id });
      expect(codeOf(await change(agent, id, { status: 'done' }))).toBe('forbidden');
      taken(await change(other, id, { status: 'done' }));
      expect(codeOf(await change(ada, id, { title: 'Late' }))).toBe('conflict');
      taken(await change(ada, id, { title: 'Again', status: 'in_progress' }));
      expect(await toldIn(world, id)).toEqual([
        'owner comment: The title was changed.',
        'owner comment: other has it to do now.',
        'other status_change: todo -> done',
        'ada comment: The title was changed.',
        'ada status_change: done -> in_progress',
      ]);
    });
  });

  durableTasksCarryOut(open);
}

const running = {
  taskId: 'ship',
  state: 'running',
  statusLine: 'task [##....]',
  gaps: ['criterion 1 has no evidence', 'milestone m2 is open'],
} as const;

function durableTasksCarryOut(open: OpenTaskStore): void {
  describe('a durable task', () => {
    it('is named by the owner alone, must be there, and carries out one task', async () => {
      const { tasks, owner, ada, durable, asked, create, change } = await openTaskWorld(open);
      durable.set('ship', running);
      const { id } = (await create()).task;
      expect(codeOf(await change(ada, id, { durableTaskId: 'ship' }))).toBe('forbidden');
      expect(codeOf(await tasks.create(ada, asked({ durableTaskId: 'ship' })))).toBe('forbidden');
      expect(codeOf(await change(owner, id, { durableTaskId: 'sloop' }))).toBe('invalid_input');
      const linked = taken(await change(owner, id, { durableTaskId: 'ship' }));
      expect(linked.stored.durable).toEqual(running);
      expect((await tasks.ofDurable('ship'))?.task.id).toBe(id);
      const again = await tasks.create(owner, asked({ durableTaskId: 'ship' }));
      expect(again).toMatchObject({ code: 'conflict', details: { taskId: id } });
      expect(codeOf(await change(ada, id, { durableTaskId: null }))).toBe('forbidden');
      taken(await change(owner, id, { durableTaskId: null }));
      expect(await tasks.ofDurable('ship')).toBeUndefined();
      taken(await tasks.create(owner, asked({ durableTaskId: 'ship' })));
    });

    it('keeps its task from being done until it is completed, and says what is missing; cancelling it does not ask', async () => {
      const { owner, ada, agent, durable, create, change } = await openTaskWorld(open);
      durable.set('ship', running);
      const { id } = (await create({ durableTaskId: 'ship' }, owner)).task;
      for (const by of [agent, owner]) {
        const refused = await change(by, id, { status: 'done' });
        expect(refused).toMatchObject({
          code: 'conflict',
          message: expect.stringContaining('criterion 1 has no evidence; milestone m2 is open'),
          details: { durableTaskId: 'ship', state: 'running', missing: running.gaps },
        });
      }
      durable.set('ship', { ...running, state: 'failed', gaps: [] });
      expect(await change(agent, id, { status: 'done' })).toMatchObject({ code: 'conflict' });
      durable.delete('ship');
      expect(await change(agent, id, { status: 'done' })).toMatchObject({ details: { state: 'missing' } });
      taken(await change(agent, id, { status: 'cancelled' }));
      taken(await change(agent, id, { status: 'todo' }));
      durable.set('ship', { ...running, state: 'completed', gaps: [] });
      const done = taken(await change(agent, id, { status: 'done' }));
      expect([done.stored.task.status, done.stored.durable?.state]).toEqual(['done', 'completed']);
      expect(codeOf(await change(ada, id, { status: 'done' }))).toBe('forbidden');
    });
  });
}
