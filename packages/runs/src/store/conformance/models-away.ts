/** Runs that wait for a model: what they show, when they are found, and that a person may have it asked now. */

import { describe, expect, it } from 'vitest';
import type { Driver } from './driver-at-work.ts';
import type { OpenStore } from './store-under-test.ts';
import { minute, World } from './world.ts';

const model = 'groq/llama';
const reason = 'The model server cannot be reached.';
const iso = (at: number): string => new Date(at).toISOString();
/** Earlier than everything. */
const never = 0;

/** A run that waits for the model, whose time is a little after that of the outage. */
async function waiting(world: World, name = model): Promise<Driver> {
  const driver = await world.running();
  await driver.park({ kind: 'model', model: name, wakeAt: world.now + minute });
  return driver;
}

const outageFrom = (world: World) => ({ since: world.now - minute, nextAt: world.now + minute - 1_000, reason });

export function modelsAreWaitedFor(open: OpenStore): void {
  describe('a run that waits for a model', () => {
    it('shows which, since when it is away, why, and when it is asked next, in lists too', async () => {
      await using world = await World.open(open);
      const outage = outageFrom(world);
      await world.store.setOutage(model, outage);
      const { runId } = await waiting(world);
      const shown = { kind: 'model', model, since: iso(outage.since), until: iso(outage.nextAt), reason };
      expect((await world.store.reader.getRun(runId))?.waitingFor).toEqual(shown);
      const { data } = await world.store.reader.listRuns({}, { limit: 10 });
      expect(data.map(({ waitingFor }) => waitingFor)).toEqual([shown]);
    });

    it('shows when it looks again where the model is back, or another one is away', async () => {
      await using world = await World.open(open);
      await world.store.setOutage('groq/other', outageFrom(world));
      const { runId } = await waiting(world);
      const shown = { kind: 'model', model, until: iso(world.now + minute) };
      expect((await world.store.reader.getRun(runId))?.waitingFor).toEqual(shown);
    });

    it('shows it no more once it waits for something else', async () => {
      await using world = await World.open(open);
      await world.store.setOutage(model, outageFrom(world));
      const driver = await waiting(world);
      await driver.load();
      await driver.park({ kind: 'human', wakeAt: null });
      expect((await world.store.reader.getRun(driver.runId))?.waitingFor).toEqual({ kind: 'human' });
    });

    it('has its model asked now by a resume: the order is told, and no drive finds it again', async () => {
      await using world = await World.open(open);
      await world.store.setOutage(model, outageFrom(world));
      await world.store.setOutage('groq/other', outageFrom(world));
      const [{ runId }, other] = [await waiting(world), await waiting(world, 'groq/other')];
      const told = await world.told(runId);
      const order = world.anOrder(runId, 'resume');
      expect(await world.store.intake.order(order)).toEqual({ kind: 'accepted', below: [] });
      expect(await world.store.intake.order(order)).toEqual({ kind: 'accepted', below: [] });
      expect(await world.told(runId)).toEqual([...told, `${told.length + 1} order.received`]);
      expect(await world.waitingOrders(runId)).toEqual([]);
      const until = async (id: string) => (await world.store.reader.getRun(id))?.waitingFor?.until;
      expect(await until(runId)).toBe(iso(world.now));
      expect(await until(other.runId)).toBe(iso(world.now + minute - 1_000));
    });

    it('is resumed, and nothing is asked, where a pause is on its way to it', async () => {
      await using world = await World.open(open);
      await world.store.setOutage(model, outageFrom(world));
      const { runId } = await waiting(world);
      await world.order(runId, 'pause');
      await world.order(runId, 'resume');
      expect(await world.waitingOrders(runId)).toEqual(['pause', 'resume']);
      expect((await world.store.reader.getRun(runId))?.waitingFor?.until).toBe(iso(world.now + minute - 1_000));
    });

    it('is not kept longer by a resume where its model may be asked already', async () => {
      await using world = await World.open(open);
      await world.store.setOutage(model, { ...outageFrom(world), nextAt: world.now - 1 });
      const { runId } = await waiting(world);
      await world.order(runId, 'resume');
      expect((await world.store.reader.getRun(runId))?.waitingFor?.until).toBe(iso(world.now - 1));
    });

    it('takes no resume while it waits for something else, or is at work', async () => {
      await using world = await World.open(open);
      for (const kind of ['timer', 'human', 'child'] as const) {
        const driver = await world.running();
        await driver.park({ kind, wakeAt: null });
        expect(await world.order(driver.runId, 'resume')).toEqual({ kind: 'refused', status: 'waiting' });
      }
      const driver = await waiting(world);
      await driver.load();
      expect(await world.order(driver.runId, 'resume')).toEqual({ kind: 'refused', status: 'running' });
    });

    it('R5: has a reason to go on when its model is back, however far its time is, and none before', async () => {
      await using world = await World.open(open);
      await world.store.setOutage(model, outageFrom(world));
      const { runId } = await waiting(world);
      const due = { silentSince: never, overdueSince: world.now };
      expect(await world.store.sweep.runsToWake(due)).toEqual([]);
      await world.store.setOutage(model, undefined);
      expect(await world.store.sweep.runsToWake(due)).toEqual([runId]);
      expect(await world.store.sweep.runsToWake({ ...due, overdueSince: world.now - 1 })).toEqual([]);
    });

    it('R5: has none any more once it is paused', async () => {
      await using world = await World.open(open);
      const driver = await waiting(world);
      await driver.load();
      await driver.change({ action: 'pause' });
      expect(await world.store.sweep.runsToWake({ silentSince: never, overdueSince: world.now })).toEqual([]);
    });

    it('R5: has a timer that lies ahead, for an engine that is new', async () => {
      await using world = await World.open(open);
      await world.store.setOutage(model, outageFrom(world));
      const { runId } = await waiting(world);
      expect(await world.store.sweep.timersAfter(world.now)).toEqual([{ runId, at: world.now + minute }]);
    });
  });
}
