/** Orders from the hand of a person to the drive that follows them, and those of a parent to its children. */

import { orderAccepted, runOrders, runStatuses, type RunOrder } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import type { OrderTo } from '../../record/commit.ts';
import type { Driver } from './driver-at-work.ts';
import type { OpenStore } from './store-under-test.ts';
import { World } from './world.ts';

const orders = Object.keys(runOrders) as RunOrder[];

export function ordersArriveOnce(open: OpenStore): void {
  describe('an order', () => {
    it.each(orders)('%s is taken where it makes sense, and elsewhere nothing is written', async (order) => {
      await using world = await World.open(open);
      for (const status of runStatuses) {
        const { runId } = await world.in(status);
        const told = await world.told(runId);
        const outcome = await world.order(runId, order);
        if (orderAccepted(order, status)) {
          expect(outcome).toEqual({ kind: 'accepted', below: [] });
          expect(await world.told(runId)).toEqual([...told, `${told.length + 1} order.received`]);
        } else {
          expect(outcome).toEqual({ kind: 'refused', status });
          expect(await world.told(runId)).toEqual(told);
          expect(await world.waitingOrders(runId)).toEqual([]);
        }
      }
    });

    it('to a run that there is not is answered so', async () => {
      await using world = await World.open(open);
      expect(await world.order(world.newId(), 'pause')).toEqual({ kind: 'not_found' });
    });

    it('lies in the inbox until a commit consumes it, for every process', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const other = await world.store.another();
      const [pause, cancel] = [world.newId(), world.newId()];
      await world.order(driver.runId, 'pause', { orderId: pause });
      await world.order(driver.runId, 'cancel', { orderId: cancel });
      const both = [
        { id: pause, kind: 'pause' },
        { id: cancel, kind: 'cancel' },
      ];
      const inbox = async () => (await other.journal.inboxes([driver.runId])).get(driver.runId);
      expect(await inbox()).toEqual({ orders: both, steers: [] });
      await driver.commit({ consumedOrders: [pause] });
      expect(await inbox()).toEqual({ orders: both.slice(1), steers: [] });
      expect((await driver.load()).orders).toEqual(both.slice(1));
    });

    it('comes after those that came before it, also in one millisecond, whatever the ids say', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const [first, second] = [world.newId(), world.newId()];
      await world.order(driver.runId, 'cancel', { orderId: second });
      await world.order(driver.runId, 'pause', { orderId: first });
      const kinds = ['cancel', 'pause'];
      const inbox = (await world.store.journal.inboxes([driver.runId])).get(driver.runId);
      expect(inbox?.orders.map(({ kind }) => kind)).toEqual(kinds);
      expect((await driver.load()).orders.map(({ kind }) => kind)).toEqual(kinds);
    });

    it('is one order however often its id comes, also at the same time', async () => {
      await using world = await World.open(open);
      const { runId } = await world.running();
      const order = world.anOrder(runId, 'pause');
      const other = await world.store.another();
      const outcomes = await Promise.all([world.store.intake.order(order), other.intake.order(order)]);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
      expect(await world.waitingOrders(runId)).toEqual(['pause']);
      expect(await world.told(runId)).toEqual(['1 run.queued', '2 run.started', '3 order.received']);
    });

    it('that was consumed does not come back with its id', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const order = world.anOrder(driver.runId, 'pause');
      await world.store.intake.order(order);
      await driver.commit({ consumedOrders: [order.orderId] });
      await world.store.intake.order(order);
      expect(await world.waitingOrders(driver.runId)).toEqual([]);
    });

    it('is told with its id and its text', async () => {
      await using world = await World.open(open);
      const { runId } = await world.running();
      await world.order(runId, 'steer', { orderId: 'o', text: 'be brief', actor: 'alice' });
      const [event] = await world.store.reader.listEvents(runId, 2, 1);
      expect(event).toMatchObject({ actor: 'alice', data: { id: 'o', order: 'steer', text: 'be brief' } });
    });
  });

  describe('an inbox', () => {
    it('is there for each run asked about that has one, and for no other', async () => {
      await using world = await World.open(open);
      const [full, empty, unasked] = [await world.running(), await world.running(), await world.running()];
      await world.order(full.runId, 'pause');
      await world.order(unasked.runId, 'pause');
      const found = await world.store.journal.inboxes([full.runId, empty.runId, world.newId()]);
      expect([...found.keys()]).toEqual([full.runId]);
      expect((await world.store.journal.inboxes([])).size).toBe(0);
    });

    it('has the oldest first, whatever they are called', async () => {
      await using world = await World.open(open);
      const { runId } = await world.running();
      for (const [orderId, order] of [
        ['z', 'pause'],
        ['y', 'steer'],
        ['b', 'cancel'],
        ['a', 'steer'],
      ] as const) {
        world.now += 1;
        await world.order(runId, order, { orderId });
      }
      const inbox = (await world.store.journal.inboxes([runId])).get(runId);
      expect(inbox?.orders.map(({ id }) => id)).toEqual(['z', 'b']);
      expect(inbox?.steers.map(({ id }) => id)).toEqual(['y', 'a']);
    });

    it('shows a text until it was consumed, and a drive that begins is given it all the same, as consumed', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      await world.order(driver.runId, 'steer', { orderId: 's', text: 'be brief' });
      const steer = { id: 's', text: 'be brief', at: world.now };
      const inbox = (await world.store.journal.inboxes([driver.runId])).get(driver.runId);
      expect(inbox).toEqual({ orders: [], steers: [{ ...steer, isConsumed: false }] });
      await driver.commit({ consumedOrders: ['s'] });
      expect((await world.store.journal.inboxes([driver.runId])).has(driver.runId)).toBe(false);
      expect((await driver.load()).steers).toEqual([{ ...steer, isConsumed: true }]);
    });
  });

  describe('an order to a parent', () => {
    it('reaches the runs below it, children of children too, and each is told once', async () => {
      await using world = await World.open(open);
      const { parent, child, grandchild } = await family(world);
      const outcome = await world.order(parent.runId, 'pause');
      expect(outcome.kind === 'accepted' && outcome.below.toSorted()).toEqual([child.runId, grandchild].toSorted());
      for (const id of [parent.runId, child.runId, grandchild])
        expect(await world.waitingOrders(id)).toEqual(['pause']);
      const received = (await world.told(grandchild)).filter((line) => line.endsWith('order.received'));
      expect(received).toHaveLength(1);
    });

    it('reaches nobody below where it is a cancel, nobody beside it, and nobody above a child', async () => {
      await using world = await World.open(open);
      const { parent, child } = await family(world);
      const stranger = await world.running();
      expect(await world.order(parent.runId, 'cancel')).toEqual({ kind: 'accepted', below: [] });
      expect(await world.waitingOrders(child.runId)).toEqual([]);
      await world.order(child.runId, 'pause');
      expect(await world.waitingOrders(parent.runId)).toEqual(['cancel']);
      expect(await world.waitingOrders(stranger.runId)).toEqual([]);
    });

    it('resumes those below that are paused, or to whom a pause is on its way, and no others', async () => {
      await using world = await World.open(open);
      const parent = await world.running();
      const children = await Promise.all(
        ['paused', 'pausing', 'attention', 'busy'].map((key) => parent.startChild(key)),
      );
      const [paused = '', pausing = '', attention = '', busy = ''] = children;
      await (await world.driverOf(paused).begin()).change({ action: 'pause' });
      await world.order(pausing, 'pause');
      const stop = { action: 'stop_for_attention', error: { code: 'conflict', message: 'no' } } as const;
      await (await world.driverOf(attention).begin()).change(stop);
      // Its pause was followed and is over; what is left in its inbox is no pause.
      const again = await world.driverOf(busy).begin();
      await world.order(busy, 'pause', { orderId: 'over' });
      await world.order(busy, 'steer');
      await again.commit({ consumedOrders: ['over'] });
      await parent.change({ action: 'pause' });
      const outcome = await world.order(parent.runId, 'resume');
      expect(outcome.kind === 'accepted' && outcome.below.toSorted()).toEqual([paused, pausing].toSorted());
    });

    it('counts as consumed below it no sooner than below it was', async () => {
      await using world = await World.open(open);
      const { parent, child } = await family(world);
      await world.order(parent.runId, 'pause', { orderId: 'o' });
      await parent.commit({ consumedOrders: ['o'] });
      expect(await world.waitingOrders(parent.runId)).toEqual([]);
      expect(await world.waitingOrders(child.runId)).toEqual(['pause']);
    });
  });

  describe('an order of a parent to its child', () => {
    it('is given once, however often the driver of the parent asks', async () => {
      await using world = await World.open(open);
      const { parent, child } = await family(world);
      await parent.commit(cancels(child.runId));
      await (await world.driverOf(parent.runId).begin()).commit(cancels(child.runId));
      expect(await world.waitingOrders(child.runId)).toEqual(['cancel']);
      expect((await world.told(child.runId)).filter((line) => line.endsWith('order.received'))).toHaveLength(1);
    });

    it('that passes on what a person ordered is the one that came straight from that person, on whichever way first', async () => {
      await using world = await World.open(open);
      for (const isStraightFirst of [true, false]) {
        const { parent, child, grandchild } = await family(world);
        const orderId = world.newId();
        const straight = () => world.order(parent.runId, 'pause', { orderId });
        const passOn = async () => {
          await parent.commit({ ordersTo: [{ runId: child.runId, kind: 'pause', with: orderId }] });
          const [atChild] = (await child.load()).orders;
          await child.commit({ ordersTo: [{ runId: grandchild, kind: 'pause', with: atChild?.id ?? '' }] });
        };
        for (const give of isStraightFirst ? [straight, passOn] : [passOn, straight]) await give();
        for (const id of [child.runId, grandchild]) expect(await world.waitingOrders(id)).toEqual(['pause']);
      }
    });

    it('of two persons are two', async () => {
      await using world = await World.open(open);
      const { parent, child } = await family(world);
      await world.order(parent.runId, 'pause');
      await world.order(parent.runId, 'pause');
      expect(await world.waitingOrders(child.runId)).toEqual(['pause', 'pause']);
    });
  });
}

function cancels(runId: string): { readonly ordersTo: readonly OrderTo[] } {
  return { ordersTo: [{ runId, kind: 'cancel' }] };
}

interface Family {
  readonly parent: Driver;
  readonly child: Driver;
  /** Queued. */
  readonly grandchild: string;
}

async function family(world: World): Promise<Family> {
  const parent = await world.running();
  const child = await world.driverOf(await parent.startChild('kid')).begin();
  return { parent, child, grandchild: await child.startChild('kid') };
}
