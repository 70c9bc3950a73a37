/** Trying a failed run again: what is begun again, forgotten and given back, in one change of the record. */

import { runStatuses } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import type { Driver } from './driver-at-work.ts';
import type { OpenStore } from './store-under-test.ts';
import { failure, minute, World } from './world.ts';

export function retriesGoOn(open: OpenStore): void {
  describe('a retry', () => {
    it.each(runStatuses)(
      'is taken of a run that failed, and of any other refused without a trace: %s',
      async (status) => {
        await using world = await World.open(open);
        const driver = await world.in(status);
        const told = await world.told(driver.runId);
        const outcome = await world.retry(driver.runId);
        const isTaken = status === 'failed';
        expect(outcome).toEqual(isTaken ? { kind: 'accepted', below: [] } : { kind: 'refused', status });
        expect(await world.status(driver.runId)).toBe(isTaken ? 'queued' : status);
        expect(await world.told(driver.runId)).toEqual(isTaken ? [...told, `${told.length + 1} run.retried`] : told);
      },
    );

    it('of a run that there is not is answered so', async () => {
      await using world = await World.open(open);
      expect(await world.retry(world.newId())).toEqual({ kind: 'not_found' });
    });

    it('is refused once undoing was decided, and once anything was undone', async () => {
      await using world = await World.open(open);
      const decided = await world.in('undoing');
      await decided.change({ action: 'fail', error: failure });
      const undone = await world.running();
      await undone.finish('undo/book', { kind: 'undo' });
      await undone.change({ action: 'fail', error: failure });
      for (const { runId } of [decided, undone]) {
        expect(await world.retry(runId)).toEqual({ kind: 'undone' });
        expect(await world.status(runId)).toBe('failed');
      }
    });

    it('begins the failed step again as its next attempt, keeps what was done, and takes failure and end back', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      await driver.finish('before', { result: '"kept"' });
      await driver.fail('pay', { attempt: 3, inputHash: 'h', undoable: true });
      await failed(driver, 'pay');
      await world.retry(driver.runId);
      const run = await world.store.reader.getRun(driver.runId);
      expect(run).toMatchObject({ status: 'queued' });
      expect(run).not.toHaveProperty('error');
      expect(run).not.toHaveProperty('endedAt');
      const loaded = await driver.load();
      expect(loaded).toMatchObject({ status: 'running', error: null, failedKey: null, barrenDrives: 1 });
      expect(loaded.steps).toMatchObject([
        { key: 'before', status: 'done' },
        { key: 'pay', status: 'started', seq: 2, attempt: 4, detail: { attemptsBefore: 3 } },
      ]);
      expect(loaded.steps[1]).not.toHaveProperty('error');
      // What the step is given may be mended before the retry.
      expect(loaded.steps[1]?.inputHash).toBeNull();
      expect((await driver.finish('pay', { attempt: 4 })).kind).toBe('committed');
    });

    it('R2: takes the run away from a driver that has not noticed its end', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      await failed(driver, null);
      await world.retry(driver.runId);
      expect(await driver.finish('late')).toEqual({ kind: 'lost' });
    });

    it('tells who asked and which steps are done again', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      await driver.start('a', { kind: 'agent' });
      await driver.fail('a/turn-1', { kind: 'turn' });
      await driver.fail('a', { kind: 'agent' });
      await failed(driver, 'a/turn-1');
      await world.retry(driver.runId);
      const [event] = (await world.store.reader.listEvents(driver.runId, 0, 100)).slice(-1);
      expect(event).toMatchObject({ type: 'run.retried', actor: 'owner', data: { reopened: ['a/turn-1', 'a'] } });
    });

    it('forgets an agent whose answers were no good, and gives back the texts that its turns had taken up', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      for (const orderId of ['told', 'untold']) await world.order(driver.runId, 'steer', { orderId });
      await driver.finish('other/turn-1', { kind: 'turn', detail: { steers: ['untold'] } });
      await driver.start('a', { kind: 'agent' });
      const step = driver.done('a/turn-1', { kind: 'turn', detail: { steers: ['told'] } });
      await driver.commit({ step, consumedOrders: ['told', 'untold'] });
      await driver.fail('a', { kind: 'agent' });
      await failed(driver, 'a');
      await world.retry(driver.runId);
      const loaded = await driver.load();
      expect(loaded.steps.map(({ key }) => key)).toEqual(['other/turn-1']);
      expect(loaded.steers.map(({ id, isConsumed }) => [id, isConsumed])).toEqual([
        ['told', false],
        ['untold', true],
      ]);
      // The key is free again.
      expect((await driver.start('a', { kind: 'agent' })).kind).toBe('committed');
    });

    it('gives no text back to another run', async () => {
      await using world = await World.open(open);
      const [driver, other] = [await world.running(), await world.running()];
      await world.order(other.runId, 'steer', { orderId: 's' });
      await other.commit({ consumedOrders: ['s'] });
      await driver.finish('a/turn-1', { kind: 'turn', detail: { steers: ['s'] } });
      await driver.fail('a', { kind: 'agent' });
      await failed(driver, 'a');
      await world.retry(driver.runId);
      expect((await other.load()).steers).toMatchObject([{ id: 's', isConsumed: true }]);
    });

    it('forgets a question that nobody has answered with its step, and keeps what was decided', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const unanswered = await driver.ask('pay/open', { purpose: 'outcome' });
      const expiring = await driver.ask('pay/expiring', { expiresAt: world.now + 1 });
      const expired = await driver.ask('pay/expired', { expiresAt: world.now });
      const answered = await driver.ask('pay/answered', { purpose: 'approval' });
      const beside = await driver.ask('beside');
      await world.answer(answered);
      await driver.fail('pay', { kind: 'tool' });
      await failed(driver, 'pay');
      await world.retry(driver.runId);
      const left = await Promise.all(
        [unanswered, expiring, expired, answered, beside].map((id) => world.store.waits.getWait(id)),
      );
      expect(left.map((wait) => wait !== undefined)).toEqual([false, false, true, true, true]);
      expect((await driver.load()).steps.map(({ key }) => key)).toEqual(['beside']);
    });

    it('spares the run orders that came too late for it, but not the texts', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      await world.order(driver.runId, 'pause');
      await world.order(driver.runId, 'steer', { orderId: 's' });
      await failed(driver, null);
      await world.retry(driver.runId);
      const inbox = (await world.store.journal.inboxes([driver.runId])).get(driver.runId);
      expect(inbox?.orders).toEqual([]);
      expect(inbox?.steers.map(({ id }) => id)).toEqual(['s']);
    });

    it('starts a child anew that was cancelled only because its parent failed, and no child that a person has cancelled', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const [forParent, byPerson] = [await driver.startChild('one'), await driver.startChild('two')];
      await driver.fail('pay');
      await driver.commit({ ordersTo: [{ runId: forParent, kind: 'cancel' }] });
      await world.order(byPerson, 'cancel');
      for (const child of [forParent, byPerson]) {
        await (await world.driverOf(child).begin()).change({ action: 'cancel' });
      }
      await failed(driver, 'pay');
      await world.retry(driver.runId);
      expect((await driver.load()).steps.map(({ key }) => key)).toEqual(['two', 'pay']);
    });

    it('does not count the time since the end as work', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      await failed(driver, null);
      world.now += 5 * minute;
      await world.retry(driver.runId);
      expect((await driver.load()).idleMs).toBe(5 * minute);
    });

    it('is taken of one of two who ask at the same time', async () => {
      await using world = await World.open(open);
      const { runId } = await world.in('failed');
      const other = await world.store.another();
      const outcomes = await Promise.all([world.retry(runId), world.retry(runId, other)]);
      expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['accepted', 'refused']);
    });
  });
}

async function failed(driver: Driver, failedKey: string | null): Promise<void> {
  await driver.change({ action: 'fail', error: failure, ...(failedKey !== null && { failedKey }) });
}
