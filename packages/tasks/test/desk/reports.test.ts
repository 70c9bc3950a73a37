/** Reports from the command that causes them to their receiver, on a real store, with a sender that obeys the test. */

import type { Delivery, DeliveryMethod } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import type { SendOutcome, StoredReport } from '../../src/core/outbox.ts';
import { defaultPolicy, type ReportPolicy } from '../../src/core/report-policy.ts';
import { createTask } from '../../src/desk/create.ts';
import { assignLane } from '../../src/desk/lane-assign.ts';
import { laneExpiry } from '../../src/desk/lane-expire.ts';
import { sendReports, type Sender } from '../../src/desk/send-reports.ts';
import { tick, type TickDeps } from '../../src/desk/tick.ts';
import { startTaskSweep } from '../../src/desk/task-sweep.ts';
import { writeTask } from '../../src/desk/write.ts';
import { hour, minute } from '../core/fixtures.ts';
import { openDesk, type Desk } from './support.ts';

const plain: Delivery = { method: 'command', argv: ['notify'], cwd: '/' };
const keyed: Delivery = { ...plain, takes_key: true };
const allMethods: readonly DeliveryMethod[] = ['stdout', 'log', 'command', 'webhook', 'openclaw'];

interface World extends Desk {
  readonly deps: TickDeps;
  /** What reached the receiver, oldest first. */
  readonly arrived: readonly StoredReport[];
  /** What becomes of attempts from now on; default: they arrive. */
  answer(outcome: () => SendOutcome | Promise<SendOutcome>): void;
  setPolicy(changes: Partial<ReportPolicy>): void;
}

function arrives(): SendOutcome {
  return { kind: 'sent' };
}

async function openReports(methods = allMethods): Promise<World> {
  const desk = await openDesk();
  const arrived: StoredReport[] = [];
  let outcome: () => SendOutcome | Promise<SendOutcome> = arrives;
  let policy: ReportPolicy = defaultPolicy;
  const sender: Sender = {
    methods,
    quietMethods: methods.filter((method) => method === 'stdout' || method === 'log'),
    timeoutMs: 10_000,
    send: async (report) => {
      const how = await outcome();
      if (how.kind === 'sent') arrived.push(report);
      return how;
    },
  };
  return {
    ...desk,
    arrived,
    answer: (given) => (outcome = given),
    setPolicy: (changes) => (policy = { ...policy, ...changes }),
    deps: {
      store: desk.store,
      now: desk.now,
      sender,
      get policy() {
        return policy;
      },
    },
  };
}

async function aTask(world: World, taskId: string, delivery: Delivery | null = plain, takesLease = false) {
  const fields = { title: taskId, goal: 'x', execution_priority: 'time' as const, milestones: [aMilestone] };
  const outcome = await createTask(world, { name: 'ada' }, { taskId, fields, takesLease });
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  const writer = { name: 'ada', lease: outcome.token };
  await writeTask(world, writer, { taskId, command: { type: 'bind', delivery } });
  return writer;
}

const aMilestone = { id: 'm', title: 'Parser', status: 'pending', percent: 0 } as const;
const milestoneDone = { type: 'milestone', id: 'm', changes: { status: 'done' } } as const;
const statesOf = async ({ store }: World, id = 'ship') => (await store.outbox.newest(id, 10)).map(({ state }) => state);
const once = { holder: 'test' };

describe('a report that comes at once', () => {
  it('is kept with what it reports and sent as one line, once', async () => {
    const world = await openReports();
    const writer = await aTask(world, 'ship');
    const outcome = await writeTask(world, writer, { taskId: 'ship', command: milestoneDone });
    expect(outcome).toMatchObject({ kind: 'written', reported: true });
    expect(await statesOf(world)).toEqual(['pending']);
    expect(await sendReports(world.deps)).toMatchObject([{ taskId: 'ship', number: 1, state: 'sent' }]);
    expect(world.arrived.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^\[ship\] update:milestone \| task \[.* \| why: Parser$/),
    ]);
    expect(await sendReports(world.deps)).toEqual([]);
  });

  it('there is none of a write that was refused, nor where nobody is to be told', async () => {
    const world = await openReports();
    await aTask(world, 'ship', plain, true);
    const refused = await writeTask(world, { name: 'bob' }, { taskId: 'ship', command: milestoneDone });
    expect(refused.kind).toBe('refused');
    const other = await aTask(world, 'other', { method: 'noop' });
    await writeTask(world, other, { taskId: 'other', command: milestoneDone });
    expect(await world.store.outbox.open()).toEqual([]);
  });

  it('nobody is told of what is below the level, and what was not told keeps no timed one away', async () => {
    const world = await openReports();
    const writer = await aTask(world, 'ship', plain, true);
    world.setPolicy({ level: 1 });
    await writeTask(world, writer, { taskId: 'ship', command: { type: 'update', changes: { phase: 'verify' } } });
    expect(await sendReports(world.deps)).toEqual([]);
    expect(await statesOf(world)).toEqual(['skipped']);
    expect(await world.store.outbox.reported('ship')).toMatchObject({ lastAt: undefined, lastImmediateAt: undefined });
  });

  it('the reports of one task arrive in their order, also beside those of many', async () => {
    const world = await openReports();
    for (const id of ['one', 'two']) {
      const writer = await aTask(world, id);
      for (const phase of ['a', 'b', 'c']) {
        await writeTask(world, writer, { taskId: id, command: { type: 'update', changes: { phase } } });
      }
    }
    await sendReports(world.deps);
    for (const id of ['one', 'two']) {
      const phases = world.arrived.filter(({ taskId }) => taskId === id).map(({ facts }) => facts.phase);
      expect(phases).toEqual(['a', 'b', 'c']);
    }
  });
});

describe('what goes wrong on the way', () => {
  it('a definite failure is repeated after its pause, with the same key and text, and given up in the end', async () => {
    const world = await openReports();
    const writer = await aTask(world, 'ship');
    await writeTask(world, writer, { taskId: 'ship', command: milestoneDone });
    const keys = new Set<string>();
    world.answer(() => ({ kind: 'failed', why: 'it ended with 1' }));
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      expect(await sendReports(world.deps)).toHaveLength(1);
      expect(await sendReports(world.deps)).toEqual([]);
      keys.add((await world.store.outbox.newest('ship', 1))[0]?.id ?? '');
      world.pass(hour);
    }
    expect(await statesOf(world)).toEqual(['dead']);
    expect(keys.size).toBe(1);
    expect(await world.store.outbox.open('ship')).toMatchObject([{ problem: 'it ended with 1', attempt: 8 }]);
  });

  it('a sender that dies leaves it unknown, and nobody sends it again unless a person says so', async () => {
    const world = await openReports();
    const writer = await aTask(world, 'ship');
    await writeTask(world, writer, { taskId: 'ship', command: milestoneDone });
    const { claimed } = await claim(world);
    expect(claimed).toHaveLength(1);
    expect(await sendReports(world.deps)).toEqual([]);
    world.pass(minute);
    expect(await sendReports(world.deps)).toMatchObject([{ state: 'unknown' }]);
    world.pass(24 * hour);
    expect(await sendReports(world.deps)).toEqual([]);
    expect(world.arrived).toEqual([]);
    expect(await world.store.outbox.order('ship', 1, 'resend', world.now())).toEqual({
      kind: 'done',
      state: 'pending',
    });
    expect(await sendReports(world.deps)).toMatchObject([{ state: 'sent' }]);
    expect(await world.store.outbox.order('ship', 1, 'resend', world.now())).toEqual({
      kind: 'impossible',
      state: 'sent',
    });
    expect(await world.store.outbox.order('ship', 2, 'skip', world.now())).toBeUndefined();
  });

  it('to a receiver that takes our key it is sent again with the same one', async () => {
    const world = await openReports();
    const writer = await aTask(world, 'ship', keyed);
    await writeTask(world, writer, { taskId: 'ship', command: milestoneDone });
    const { claimed } = await claim(world);
    world.pass(minute);
    expect(await sendReports(world.deps)).toMatchObject([{ state: 'sent' }]);
    expect(world.arrived.map(({ id }) => id)).toEqual([claimed[0]?.id]);
    // The first one, who was thought dead, says nothing over the second.
    const late = claimed[0] as StoredReport;
    expect(await world.store.outbox.settle(late, { kind: 'failed', why: '' }, world.now())).toBeUndefined();
    expect(await statesOf(world)).toEqual(['sent']);
  });

  it('of two senders at once one sends', async () => {
    const world = await openReports();
    for (let n = 0; n < 20; n += 1) {
      const writer = await aTask(world, `task-${n}`);
      await writeTask(world, writer, { taskId: `task-${n}`, command: milestoneDone });
    }
    await Promise.all([sendReports(world.deps), sendReports(world.deps), sendReports(world.deps)]);
    const keys = world.arrived.map(({ id }) => id);
    expect(keys).toHaveLength(20);
    expect(new Set(keys).size).toBe(20);
  });

  it('a clock that is set back holds nothing up for longer than the longest pause', async () => {
    const world = await openReports();
    const writer = await aTask(world, 'ship');
    await writeTask(world, writer, { taskId: 'ship', command: milestoneDone });
    world.answer(() => ({ kind: 'failed', why: 'no' }));
    await sendReports(world.deps);
    world.pass(-365 * 24 * hour);
    world.answer(() => ({ kind: 'sent' }));
    expect(await sendReports(world.deps)).toMatchObject([{ state: 'sent' }]);
  });
});

describe('the sweep', () => {
  it('scenario 53: reports those that are due, and passes over the others with a reason', async () => {
    const world = await openReports();
    await aTask(world, 'seen', { method: 'stdout' });
    await aTask(world, 'quiet', { method: 'noop' });
    await aTask(world, 'alone', null);
    const { scanned, eligible, results, deliveries } = await tick(world.deps, once);
    expect([scanned, eligible]).toEqual([3, 2]);
    expect(results.toSorted((a, b) => a.task_id.localeCompare(b.task_id))).toEqual([
      { task_id: 'alone', status: 'skipped', reason: 'no_delivery_binding' },
      { task_id: 'quiet', status: 'skipped', reason: 'noop' },
      { task_id: 'seen', status: 'queued', reason: 'timed' },
    ]);
    expect(deliveries).toMatchObject([{ taskId: 'seen', reason: 'timed', state: 'sent' }]);
  });

  it('reports at the interval of the task and no sooner, however often it comes, and not at all what is closed', async () => {
    const world = await openReports();
    const writer = await aTask(world, 'ship', plain, true);
    for (let second = 0; second < 120; second += 15) {
      await tick(world.deps, once);
      world.pass(15_000);
    }
    expect(world.arrived.map(({ createdAt }) => createdAt - world.now() + 120_000)).toEqual([0, 60_000]);
    await writeTask(world, writer, { taskId: 'ship', command: { type: 'fail', reason: 'enough' } });
    world.pass(hour);
    await tick(world.deps, once);
    expect(world.arrived.map(({ reason }) => reason)).toEqual(['timed', 'timed', 'failure']);
  });

  it('a receiver that is away is not given a heap of timed reports afterwards', async () => {
    const world = await openReports();
    const writer = await aTask(world, 'ship', plain, true);
    world.answer(() => ({ kind: 'failed', why: 'away' }));
    for (let n = 0; n < 20; n += 1) {
      await writeTask(world, writer, { taskId: 'ship', command: { type: 'renew_lease' } });
      await tick(world.deps, once);
      world.pass(minute);
    }
    expect(await world.store.outbox.open('ship')).toHaveLength(1);
  });

  it('scenario 58: leaves a task alone whose agent is gone, and tells of it once', async () => {
    const world = await openReports();
    await aTask(world, 'ship', plain, true);
    const before = await world.store.get('ship');
    world.pass(20 * minute);
    for (let n = 0; n < 3; n += 1) {
      expect((await tick(world.deps, once)).results).toMatchObject([{ task_id: 'ship' }]);
      world.pass(hour);
    }
    expect(world.arrived.map(({ reason }) => reason)).toEqual(['stale']);
    expect(world.arrived[0]?.text).toContain('why: ada has not been heard of');
    expect(await world.store.get('ship')).toEqual(before);
  });

  it('scenario 56: a task that cannot be looked at, or not be reached, is named and stops none of the others', async () => {
    const world = await openReports();
    for (const id of ['broken', 'deaf', 'well']) await aTask(world, id);
    const { results, deliveries } = await tick(
      {
        ...world.deps,
        expire: ({ task_id }) =>
          task_id === 'broken' ? Promise.reject(new Error('no such lane')) : Promise.resolve([]),
        sender: {
          ...world.deps.sender,
          send: ({ taskId }) =>
            Promise.resolve(taskId === 'deaf' ? { kind: 'failed', why: 'refused' } : { kind: 'sent' }),
        },
      },
      once,
    );
    expect(results).toContainEqual({ task_id: 'broken', status: 'error', reason: 'no such lane' });
    const ends = deliveries.map(({ taskId, state }) => `${taskId} ${state}`);
    expect(ends.toSorted()).toEqual(['deaf failed', 'well sent']);
  });

  it('a lane whose time is over is expired, and told of as what needs somebody', async () => {
    const world = await openReports();
    const writer = await aTask(world, 'ship', plain, true);
    const lane = { goal: 'Write the guide', minutes: 5 };
    await assignLane(world, writer, { taskId: 'ship', line: 'docs', lane });
    world.pass(6 * minute);
    const { results } = await tick({ ...world.deps, expire: laneExpiry(world) }, once);
    expect(results).toContainEqual({
      task_id: 'ship',
      status: 'expired',
      reason: 'lane docs is past its deadline',
    });
    expect(world.arrived.map(({ reason, facts }) => [reason, facts.why])).toContainEqual([
      'blocker',
      'lane docs is past its deadline',
    ]);
  });

  it('two at once report everything once', async () => {
    const world = await openReports();
    for (let n = 0; n < 10; n += 1) await aTask(world, `task-${n}`);
    const sweeps = await Promise.all([tick(world.deps, { holder: 'a' }), tick(world.deps, { holder: 'b' })]);
    expect(sweeps.map(({ swept }) => swept).toSorted((one) => (one ? 1 : -1))).toEqual([false, true]);
    expect(world.arrived.map(({ taskId }) => taskId).toSorted()).toHaveLength(10);
    expect(new Set(world.arrived.map(({ taskId }) => taskId)).size).toBe(10);
  });

  it('one that was killed keeps the next away for less than a minute, also where the clock is set back', async () => {
    const world = await openReports();
    await world.store.outbox.holdSweep('dead', { now: world.now(), until: world.now() + 45_000 });
    expect(await tick(world.deps, once)).toMatchObject({ swept: false });
    world.pass(46_000);
    expect(await tick(world.deps, once)).toMatchObject({ swept: true });
    await world.store.outbox.holdSweep('dead', { now: world.now(), until: world.now() + 45_000 });
    world.pass(-24 * hour);
    expect(await tick(world.deps, once)).toMatchObject({ swept: true });
  });

  it('in quiet hours only what wakes nobody is sent, and the rest after them', async () => {
    const world = await openReports();
    const [loud, still] = [await aTask(world, 'loud'), await aTask(world, 'still', { method: 'log' })];
    await writeTask(world, loud, { taskId: 'loud', command: milestoneDone });
    await writeTask(world, still, { taskId: 'still', command: milestoneDone });
    // The clock of these tests stands at 03:04.
    world.setPolicy({ quietHours: { from: 3 * 60, until: 4 * 60, timeZone: 'UTC' } });
    await tick(world.deps, once);
    expect(world.arrived.map(({ taskId, reason }) => [taskId, reason])).toEqual([['still', 'milestone']]);
    world.pass(hour);
    await tick(world.deps, once);
    expect(world.arrived.filter(({ taskId }) => taskId === 'loud')[0]?.reason).toBe('milestone');
  });

  it('a way that whoever sweeps cannot go is left to others', async () => {
    const world = await openReports(['log']);
    await aTask(world, 'ship', { method: 'stdout' });
    await tick(world.deps, once);
    expect(await statesOf(world)).toEqual(['pending']);
  });

  it('a process that stays sends what waits between its sweeps, and ends what it began', async () => {
    const world = await openReports();
    const writer = await aTask(world, 'ship', plain, true);
    const passes: (() => void)[] = [];
    const logged: string[] = [];
    const after = (_: number, call: () => void) => {
      passes.push(call);
      return () => undefined;
    };
    const sweep = startTaskSweep({ ...world.deps, holder: 'server', log: (line) => logged.push(line), after });
    await expect.poll(() => passes.length).toBe(1);
    await writeTask(world, writer, { taskId: 'ship', command: milestoneDone });
    world.answer(() => ({ kind: 'failed', why: 'refused' }));
    passes[0]?.();
    await expect.poll(() => passes.length).toBe(2);
    expect(world.arrived.map(({ reason }) => reason)).toEqual(['timed']);
    expect(logged).toEqual(['report 2 of task ship is failed: refused']);
    await sweep.stop();
  });
});

function claim({ store, now }: World) {
  const wanted = { methods: allMethods, most: 8, isWanted: () => true };
  return store.outbox.claim({ ...wanted, now: now(), until: now() + 30_000 });
}
