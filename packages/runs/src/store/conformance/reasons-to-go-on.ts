/**
 * A store finds every run with a reason to go on that has stood for long enough, and none else; one process at a time
 * looks (R5).
 */

import { isFinished, runStatuses } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import type { OpenStore } from './store-under-test.ts';
import { failure, minute, World } from './world.ts';

/** Earlier than everything. */
const never = 0;

export function reasonsAreFound(open: OpenStore): void {
  describe('a reason to go on', () => {
    it.each(['queued', 'running', 'undoing'] as const)(
      'R5: is that nobody has committed for a run that is %s',
      async (status) => {
        await using world = await World.open(open);
        const { runId } = await world.in(status);
        expect(await found(world, { silentSince: world.now - 1 })).toEqual([]);
        expect(await found(world, { silentSince: world.now })).toEqual([runId]);
      },
    );

    it('R5: is put off by a commit', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const begunAt = world.now;
      world.now += minute;
      await driver.finish('x');
      expect(await found(world, { silentSince: begunAt })).toEqual([]);
    });

    it('R5: is a timer that has come due', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const wakeAt = world.now + minute;
      await driver.park({ kind: 'timer', wakeAt });
      expect(await found(world, { overdueSince: wakeAt - 1 })).toEqual([]);
      expect(await found(world, { overdueSince: wakeAt })).toEqual([driver.runId]);
      await driver.load();
      expect(await found(world, { overdueSince: wakeAt })).toEqual([]);
      await driver.change({ action: 'pause' });
      expect(await found(world, { overdueSince: wakeAt })).toEqual([]);
    });

    it('R5: is a commit that is still to come, of a run that goes on or sleeps: the clock was set back', async () => {
      await using world = await World.open(open);
      const sleeping = await world.running();
      await sleeping.park({ kind: 'timer', wakeAt: world.now + minute });
      const asking = await world.running();
      await asking.park();
      const running = await world.running();
      const set = { aheadOf: world.now - 1 };
      expect(await found(world, { aheadOf: world.now })).toEqual([]);
      expect(await found(world, set)).toEqual([sleeping.runId, running.runId].toSorted());
      await running.change({ action: 'pause' });
      expect(await found(world, set)).toEqual([sleeping.runId]);
    });

    it('R5: is a model that is not away any more', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      await driver.park({ kind: 'model', model: 'default/m', wakeAt: world.now + minute });
      expect(await found(world, { overdueSince: world.now - 1 })).toEqual([]);
      expect(await found(world, { overdueSince: world.now })).toEqual([driver.runId]);
    });

    it.each(['completed', 'failed', 'cancelled'] as const)('R5: is a child that has ended: %s', async (status) => {
      await using world = await World.open(open);
      const { parent, child } = await waitingForChild(world);
      world.now += minute;
      await world.bring(world.driverOf(child), status);
      expect(await found(world, { overdueSince: world.now - 1 })).toEqual([]);
      expect(await found(world, { overdueSince: world.now })).toEqual([parent]);
    });

    it('R5: is a child that ended before its parent parked, from then on', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      await world.bring(world.driverOf(await driver.startChild('kid')), 'completed');
      world.now += minute;
      await driver.park({ kind: 'child', wakeAt: null });
      expect(await found(world, { overdueSince: world.now - 1 })).toEqual([]);
      expect(await found(world, { overdueSince: world.now })).toEqual([driver.runId]);
    });

    it('R5: is no child whose end its parent has recorded, nor the end of one while the parent does not wait', async () => {
      await using world = await World.open(open);
      const recorded = await world.running();
      const child = await recorded.startChild('kid');
      await world.bring(world.driverOf(child), 'completed');
      await recorded.finish('kid', { kind: 'run', detail: { run: child, pipeline: 'child' } });
      await recorded.park();
      const paused = await world.running();
      await world.bring(world.driverOf(await paused.startChild('kid')), 'completed');
      await paused.change({ action: 'pause' });
      expect(await found(world, { overdueSince: world.now })).toEqual([]);
    });

    it('R5: is of the children of a step the newest alone: an older one is of an earlier try', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const first = await driver.startChild('kid');
      await world.bring(world.driverOf(first), 'failed');
      await driver.fail('kid', { kind: 'run', detail: { run: first, pipeline: 'child' } });
      await driver.change({ action: 'fail', error: failure, failedKey: 'kid' });
      await world.retry(driver.runId);
      await driver.load();
      const second = await driver.startChild('kid');
      await driver.park({ kind: 'child', wakeAt: null });
      expect(await found(world, { overdueSince: world.now })).toEqual([]);
      await world.bring(world.driverOf(second), 'completed');
      expect(await found(world, { overdueSince: world.now })).toEqual([driver.runId]);
    });

    it('R5: is an answer that its step has not taken yet', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const wait = await driver.ask('gate');
      await driver.park();
      world.now += minute;
      await world.answer(wait);
      expect(await found(world, { overdueSince: world.now - 1 })).toEqual([]);
      expect(await found(world, { overdueSince: world.now })).toEqual([driver.runId]);
      await driver.load();
      await driver.finish('gate', { kind: 'human', detail: { wait } });
      await driver.park();
      expect(await found(world, { overdueSince: world.now })).toEqual([]);
    });

    it('R5: is no answer to a run that a driver has at work: that looks before it parks', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      await world.answer(await driver.ask('gate'));
      expect(await found(world, { overdueSince: world.now })).toEqual([]);
    });

    it('R5: is no answer to a question that was asked anew since', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      await driver.start('pay', { kind: 'tool' });
      const first = await driver.ask('pay/gate', { purpose: 'approval' });
      await world.answer(first);
      await driver.finish('pay/gate', { kind: 'human', detail: { wait: first } });
      await driver.fail('pay', { kind: 'tool' });
      await driver.change({ action: 'fail', error: failure, failedKey: 'pay' });
      await world.retry(driver.runId);
      await driver.load();
      const second = await driver.ask('pay/gate', { purpose: 'approval' });
      await driver.park();
      expect(await found(world, { overdueSince: world.now })).toEqual([]);
      await world.answer(second);
      expect(await found(world, { overdueSince: world.now })).toEqual([driver.runId]);
    });

    it.each(runStatuses)(
      'R5: is an order that nobody consumed unless the run has ended, and never a text: %s',
      async (status) => {
        await using world = await World.open(open);
        const driver = await world.running();
        const orderIds = [world.newId(), world.newId()];
        const given = world.now;
        for (const orderId of orderIds) await world.order(driver.runId, 'pause', { orderId });
        await world.order(driver.runId, 'steer');
        world.now += 1;
        // A run is queued after its start, or when a failed one is tried again; its orders are consumed by that.
        if (status === 'queued') return;
        await world.bring(driver, status);
        // What stops a run would consume its pause: this one came too late to be seen.
        const stands = !isFinished(status);
        const due = { overdueSince: given };
        expect(await found(world, { overdueSince: given - 1 })).toEqual([]);
        expect(await found(world, due)).toEqual(stands ? [driver.runId] : []);
        await driver.commit({ consumedOrders: orderIds.slice(0, 1) });
        expect(await found(world, due)).toEqual(stands ? [driver.runId] : []);
        await driver.commit({ consumedOrders: orderIds.slice(1) });
        expect(await found(world, due)).toEqual([]);
      },
    );

    it('R5: is an order to a run that nobody has driven yet', async () => {
      await using world = await World.open(open);
      const runId = await world.queued();
      world.now += minute;
      await world.order(runId, 'pause');
      expect(await found(world, { overdueSince: world.now - 1 })).toEqual([]);
      expect(await found(world, { overdueSince: world.now })).toEqual([runId]);
    });

    it('R5: has an age of its own: silence is not measured by that of the others, nor they by its', async () => {
      await using world = await World.open(open);
      const silent = await world.queued();
      const sleeper = await world.running();
      await sleeper.park({ kind: 'timer', wakeAt: world.now });
      expect(await found(world, { silentSince: world.now })).toEqual([silent]);
      expect(await found(world, { overdueSince: world.now })).toEqual([sleeper.runId]);
    });

    it('R5: is named once for a run that has several, and each run that has one is named', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const waits = [await driver.ask('one'), await driver.ask('two')];
      await world.bring(world.driverOf(await driver.startChild('kid')), 'completed');
      await driver.park({ kind: 'timer', wakeAt: world.now });
      for (const wait of waits) await world.answer(wait);
      await world.order(driver.runId, 'pause');
      const queued = await world.queued();
      expect(await found(world, { silentSince: world.now, overdueSince: world.now })).toEqual([driver.runId, queued]);
    });

    it.each(runStatuses.filter((status) => !['queued', 'running', 'undoing'].includes(status)))(
      'R5: is none of a run that is %s and that nobody wants anything of, however old',
      async (status) => {
        await using world = await World.open(open);
        await world.in(status);
        const farAhead = world.now + 1_000 * minute;
        expect(await found(world, { silentSince: farAhead, overdueSince: farAhead })).toEqual([]);
      },
    );
  });

  describe('timers that lie ahead', () => {
    it('R5: are those of waiting runs, each with its time, and none that is due', async () => {
      await using world = await World.open(open);
      const at = world.now + minute;
      const [sleeper, due, asking, woken] = await Promise.all(Array.from({ length: 4 }, () => world.running()));
      await sleeper?.park({ kind: 'timer', wakeAt: at });
      await due?.park({ kind: 'timer', wakeAt: at - 1 });
      await asking?.park({ kind: 'human', wakeAt: null });
      await woken?.park({ kind: 'timer', wakeAt: at });
      await woken?.load();
      expect(await world.store.sweep.timersAfter(at - 1)).toEqual([{ runId: sleeper?.runId, at }]);
      expect(await world.store.sweep.timersAfter(at)).toEqual([]);
    });
  });

  describe('the lease of who looks', () => {
    it('is taken by one of two who ask at the same time, and only that one renews it', async () => {
      await using world = await World.open(open);
      const other = await world.store.another();
      const times = { now: world.now, until: world.now + minute };
      const taken = await Promise.all([world.store.sweep.holdLease('one', times), other.sweep.holdLease('two', times)]);
      expect(taken.toSorted()).toEqual([false, true]);
      const again = { now: world.now + 1, until: world.now + 2 * minute };
      expect(await world.store.sweep.holdLease('one', again)).toBe(taken[0]);
      expect(await other.sweep.holdLease('two', again)).toBe(taken[1]);
    });

    it('is free from the moment on at which it runs out, counted from when it was renewed last', async () => {
      await using world = await World.open(open);
      const { sweep } = world.store;
      const until = world.now + minute;
      expect(await sweep.holdLease('one', { now: world.now, until: world.now + 1 })).toBe(true);
      expect(await sweep.holdLease('one', { now: world.now, until })).toBe(true);
      expect(await sweep.holdLease('two', { now: until - 1, until: until + minute })).toBe(false);
      expect(await sweep.holdLease('two', { now: until, until: until + minute })).toBe(true);
      expect(await sweep.holdLease('one', { now: until, until: until + minute })).toBe(false);
    });

    it('is free where it would last longer than anybody takes it: the clock was set back', async () => {
      await using world = await World.open(open);
      const { sweep } = world.store;
      const now = world.now - 60 * minute;
      expect(await sweep.holdLease('one', { now: world.now, until: world.now + minute })).toBe(true);
      expect(await sweep.holdLease('two', { now, until: now + minute })).toBe(true);
    });
  });
}

/** Ids of the runs with a reason that has stood since then, oldest first. */
async function found(
  { store }: World,
  since: { readonly silentSince?: number; readonly overdueSince?: number; readonly aheadOf?: number },
): Promise<readonly string[]> {
  const ids = await store.sweep.runsToWake({ silentSince: never, overdueSince: never, ...since });
  return ids.toSorted();
}

/** A parent that waits for a child that was begun. */
async function waitingForChild(world: World): Promise<{ readonly parent: string; readonly child: string }> {
  const driver = await world.running();
  const child = await driver.startChild('kid');
  await driver.park({ kind: 'child', wakeAt: null });
  return { parent: driver.runId, child };
}
