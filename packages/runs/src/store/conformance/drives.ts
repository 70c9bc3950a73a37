/** Beginning a drive, and what a commit may write in whose name: R1, R2 and the transition table. */

import { nextRunStatus, runStatuses } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import type { RunChange } from '../../record/commit.ts';
import { stepDone, type Driver, type Writes } from './driver-at-work.ts';
import type { OpenStore } from './store-under-test.ts';
import { failure, minute, World } from './world.ts';

export function drivesAreFenced(open: OpenStore): void {
  describe('a drive that begins', () => {
    it('R1: finds nothing where there is no such run, and makes none', async () => {
      await using world = await World.open(open);
      const unknown = world.newId();
      expect(await world.store.journal.begin(unknown, world.now)).toBeUndefined();
      expect(await world.store.reader.getRun(unknown)).toBeUndefined();
    });

    it('R1: raises the fence and is given the record in one: steps by their begin, orders and texts oldest first', async () => {
      await using world = await World.open(open);
      const driver = await world.running({ input: '{"x":[1]}' });
      await driver.finish('z');
      await driver.start('a', { undoable: true, inputHash: 'h' });
      for (const order of ['steer', 'resume', 'pause', 'steer', 'cancel'] as const) {
        world.now += 1;
        await world.order(driver.runId, order, { orderId: `${order}-${world.now}`, text: `at ${world.now}` });
      }
      const loaded = await world.driverOf(driver.runId).load();
      expect(loaded).toMatchObject({ id: driver.runId, pipeline: 'p', status: 'running', input: '{"x":[1]}' });
      expect(loaded.fence).toBe(driver.fence + 1);
      expect(loaded.steps.map(({ key, seq, status }) => [key, seq, status])).toEqual([
        ['z', 1, 'done'],
        ['a', 2, 'started'],
      ]);
      expect(loaded.steps[1]).toMatchObject({ undoable: true, inputHash: 'h', attempt: 1 });
      expect(loaded.orders.map(({ kind }) => kind)).toEqual(['pause', 'cancel']);
      expect(loaded.steers.map(({ text }) => text)).toEqual([`at ${world.now - 4}`, `at ${world.now - 1}`]);
    });

    it('R1: has a fence of its own, also where two processes begin at the same time, and one of them commits', async () => {
      await using world = await World.open(open);
      const id = await world.queued();
      const other = await world.store.another();
      const drivers = await Promise.all([world.driverOf(id).begin(), world.driverOf(id, other).begin()]);
      expect(drivers.map(({ fence }) => fence).toSorted((a, b) => a - b)).toEqual([1, 2]);
      const outcomes = await Promise.all(drivers.map((driver) => driver.finish('x')));
      const kinds = Object.fromEntries(drivers.map(({ fence }, place) => [fence, outcomes[place]?.kind]));
      expect(kinds).toEqual({ 1: 'lost', 2: 'committed' });
    });

    it('tells of it once and sees what the drive before has told', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      world.now += minute;
      const loaded = await driver.load();
      expect(await world.told(driver.runId)).toEqual(['1 run.queued', '2 run.started', '3 run.recovered']);
      expect(loaded).toMatchObject({ recoveries: 1, barrenDrives: 2, updatedAt: world.now });
      await driver.finish('x');
      expect((await driver.load()).barrenDrives).toBe(1);
    });

    it('counts the time at rest, and where an order had its effect it is gone', async () => {
      await using world = await World.open(open);
      const driver = await world.in('needs_attention');
      await world.order(driver.runId, 'resume');
      world.now += minute;
      const loaded = await driver.load();
      expect(loaded).toMatchObject({ status: 'running', idleMs: minute, error: null, orders: [] });
      expect(loaded.cleared).toEqual({ seq: 0, turns: 0, tokens: 0, activeMs: 0 });
      expect(await world.waitingOrders(driver.runId)).toEqual([]);
      expect(await driver.load()).toMatchObject({ cleared: loaded.cleared, orders: [], idleMs: minute });
    });

    it('no longer counts the steps, turns and tokens before the look of who let it go on', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      await driver.finish('a', { kind: 'agent' });
      await driver.finish('a/turn-1', { kind: 'turn', usage: { inputTokens: 3, outputTokens: 4 } });
      await driver.finish('b');
      await driver.change({ action: 'stop_for_attention', error: failure });
      await world.order(driver.runId, 'resume');
      expect((await driver.load()).cleared).toEqual({ seq: 3, turns: 1, tokens: 7, activeMs: 0 });
    });

    it.each(['completed', 'failed', 'cancelled'] as const)(
      'raises no fence of a run that is %s, and tells nothing',
      async (status) => {
        await using world = await World.open(open);
        const driver = await world.in(status);
        const [fence, told] = [driver.fence, await world.told(driver.runId)];
        expect(await driver.load()).toMatchObject({ status, fence });
        expect(await world.told(driver.runId)).toEqual(told);
      },
    );
  });

  describe('a commit in the name of a drive that was overtaken', () => {
    it('R2: is refused, and nothing of it can be seen', async () => {
      await using world = await World.open(open);
      const { old, child } = await overtaken(world);
      const orderId = world.newId();
      await world.order(old.runId, 'pause', { orderId });
      const before = await everythingOf(world, old.runId);
      const others = await everythingOf(world, child);
      const [wait, newChild] = [world.newId(), world.newId()];
      world.now += minute;
      const all: Writes = {
        step: old.done('x', { usage: { inputTokens: 5, outputTokens: 7 }, result: JSON.stringify('x'.repeat(20_000)) }),
        events: [stepDone('x')],
        change: { action: 'complete', output: '1' },
        consumedOrders: [orderId],
        childRun: { id: newChild, pipeline: 'child', input: '{}' },
        wait: {
          id: wait,
          stepKey: 'x',
          purpose: 'question',
          question: '?',
          context: null,
          answerSchema: null,
          expiresAt: null,
        },
        logLines: 3,
        ordersTo: [{ runId: child, kind: 'cancel' }],
      };
      expect(await old.commit(all)).toEqual({ kind: 'lost' });
      expect(await everythingOf(world, old.runId)).toEqual(before);
      expect(await everythingOf(world, child)).toEqual(others);
      expect(await world.store.reader.getRun(newChild)).toBeUndefined();
      expect(await world.store.waits.getWait(wait)).toBeUndefined();
    });

    it('R2: leaves those alone that are asked for at the same time', async () => {
      await using world = await World.open(open);
      const [{ old }, good] = [await overtaken(world), await world.running()];
      const outcomes = await Promise.all([good.finish('x'), old.finish('x'), good.finish('y')]);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['committed', 'lost', 'committed']);
      expect((await good.load()).steps.map(({ key }) => key)).toEqual(['x', 'y']);
    });

    it('R2: is refused, and so is one that names a fence nobody was given yet', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      driver.fence += 1;
      expect(await driver.finish('x')).toEqual({ kind: 'lost' });
    });

    it('R2: is refused of a run that there is not', async () => {
      await using world = await World.open(open);
      expect(await world.driverOf(world.newId()).finish('x')).toEqual({ kind: 'lost' });
    });
  });

  describe('a change of the run', () => {
    const changes: readonly RunChange[] = [
      { action: 'park', wait: { kind: 'timer', wakeAt: 1 } },
      { action: 'pause' },
      { action: 'stop_for_attention', error: failure },
      { action: 'undo', undoOutcome: 'failed' },
      { action: 'complete', output: '1' },
      { action: 'fail', error: failure },
      { action: 'cancel' },
    ];

    it.each(runStatuses)(
      'goes along an arrow of the transition table, or nothing at all is written: from %s',
      async (status) => {
        await using world = await World.open(open);
        for (const change of changes) {
          const driver = await world.in(status);
          const before = await everythingOf(world, driver.runId);
          const asked = driver.commit({ change, step: driver.done('x'), events: [stepDone('x')], logLines: 1 });
          const expected = nextRunStatus(status, change.action);
          if (expected !== undefined) {
            expect((await asked).kind).toBe('committed');
            expect(await world.status(driver.runId)).toBe(expected);
          } else {
            await expect(asked).rejects.toMatchObject({ code: 'internal' });
            expect(await everythingOf(world, driver.runId)).toEqual(before);
          }
        }
      },
    );

    it('that is refused leaves those alone that are asked for at the same time', async () => {
      await using world = await World.open(open);
      const [bad, good] = [await world.in('completed'), await world.running()];
      const [, refused] = await Promise.allSettled([
        good.finish('x'),
        bad.change({ action: 'pause' }),
        good.finish('y'),
      ]);
      expect(refused.status).toBe('rejected');
      expect((await good.load()).steps.map(({ key }) => key)).toEqual(['x', 'y']);
    });

    it('is seen with all it says: why it waits, why it failed and where, what it gave, when it ended', async () => {
      await using world = await World.open(open);
      const { reader, journal } = world.store;
      const waiting = await world.running();
      await waiting.park({ kind: 'timer', wakeAt: world.now + minute });
      const until = new Date(world.now + minute).toISOString();
      expect(await reader.getRun(waiting.runId)).toMatchObject({ waitingFor: { kind: 'timer', until } });
      expect((await waiting.load()).waitBefore).toEqual({ kind: 'timer', wakeAt: world.now + minute });

      const failed = await world.running();
      await failed.change({ action: 'fail', error: failure, failedKey: 'k' });
      const endedAt = new Date(world.now).toISOString();
      expect(await reader.getRun(failed.runId)).toMatchObject({ error: failure, endedAt });
      expect(await failed.load()).toMatchObject({ failedKey: 'k', error: failure });
      expect(await journal.readOutcome(failed.runId)).toEqual({ status: 'failed', output: null, error: failure });

      const done = await world.in('completed');
      expect(await journal.readOutcome(done.runId)).toEqual({ status: 'completed', output: '"out"', error: null });
      expect(await reader.getRun(done.runId)).toMatchObject({ output: 'out', endedAt });
      expect(await journal.readOutcome(world.newId())).toBeUndefined();
    });

    it('keeps how a run is to end while it is undone, also where it stops on the way', async () => {
      await using world = await World.open(open);
      const driver = await world.in('undoing');
      expect((await driver.load()).undoOutcome).toBe('failed');
      await driver.change({ action: 'stop_for_attention', error: failure });
      await world.order(driver.runId, 'resume');
      expect(await driver.load()).toMatchObject({ undoOutcome: 'failed', error: failure });
    });
  });
}

/** A driver whose run another one has taken up, with a child of that run. */
async function overtaken(world: World): Promise<{ readonly old: Driver; readonly child: string }> {
  const old = await world.running();
  const child = await old.startChild('kid');
  await world.driverOf(old.runId).begin();
  return { old, child };
}

/** All of a run that anybody can see from outside. */
async function everythingOf({ store }: World, runId: string) {
  return {
    run: await store.reader.getRun(runId),
    steps: await store.reader.listSteps(runId, { limit: 100 }),
    events: await store.reader.listEvents(runId, 0, 1_000),
    inbox: (await store.journal.inboxes([runId])).get(runId),
    waits: await store.waits.listWaits({ run: runId }, { limit: 100 }),
  };
}
