/** Closing a key (R3), what else a commit counts, and the numbers of events. */

import { describe, expect, it } from 'vitest';
import { adoptedBy, resultOf, stepDone } from './driver-at-work.ts';
import type { OpenStore } from './store-under-test.ts';
import { World } from './world.ts';

export function stepsAreClosedOnce(open: OpenStore): void {
  describe('a key', () => {
    it('R3: keeps the result that closed it first, and hands that to whoever comes second', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      expect(await driver.finish('x', { result: '"first"' })).toEqual({ kind: 'committed' });
      const stands = adoptedBy(await driver.finish('x', { result: '"second"' }));
      expect(await resultOf(world.store, stands)).toBe('"first"');
      expect(await resultOf(world.store, (await driver.load()).steps[0])).toBe('"first"');
    });

    it('R3: that is adopted brings nothing else of its commit along', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const usage = { inputTokens: 5, outputTokens: 7 };
      const [orderId, childRun] = [world.newId(), { id: world.newId(), pipeline: 'child', input: '{}' }];
      await world.order(driver.runId, 'pause', { orderId });
      await driver.finish('x', { usage });
      const told = await world.told(driver.runId);
      const step = driver.done('x', { usage });
      const writes = { step, events: [stepDone('x')], logLines: 2, consumedOrders: [orderId], childRun } as const;
      expect((await driver.commit({ ...writes, change: { action: 'pause' } })).kind).toBe('adopted');
      expect(await world.told(driver.runId)).toEqual(told);
      expect(await world.store.reader.getRun(driver.runId)).toMatchObject({ status: 'running', usage });
      expect(await world.store.reader.getRun(childRun.id)).toBeUndefined();
      expect(await world.waitingOrders(driver.runId)).toEqual(['pause']);
      expect((await driver.load()).logCount).toBe(0);
    });

    it('R3: is closed by one of two processes that hold the same fence, and both have the same result', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const twin = world.driverOf(driver.runId, await world.store.another());
      twin.fence = driver.fence;
      const outcomes = await Promise.all([driver.finish('x', { result: '1' }), twin.finish('x', { result: '2' })]);
      expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['adopted', 'committed']);
      const stands = outcomes.find(({ kind }) => kind === 'adopted');
      const kept = await resultOf(world.store, (await driver.load()).steps[0]);
      expect(stands && (await resultOf(world.store, adoptedBy(stands)))).toBe(kept);
    });

    it('R3: is closed by a failure as by a result', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const error = { code: 'step_failed', message: 'no', details: { stepKey: 'x/y' } } as const;
      await driver.fail('x', { error });
      expect(adoptedBy(await driver.finish('x'))).toMatchObject({ status: 'failed', error, culprit: 'x/y' });
      await driver.finish('y');
      expect(adoptedBy(await driver.fail('y'))).toMatchObject({ key: 'y', status: 'done' });
      expect(adoptedBy(await driver.start('y'))).toMatchObject({ key: 'y', status: 'done' });
    });

    it('that was started is closed in its place: begin, number, input and armed undo are those of the start', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const begunAt = world.now;
      await driver.start('x', { undoable: true, inputHash: 'h', detail: { first: true } });
      await driver.finish('other');
      world.now += 50;
      const closing = { seq: 9, undoable: false, inputHash: 'i', detail: { last: true }, result: '"r"' };
      expect((await driver.finish('x', closing)).kind).toBe('committed');
      const step = (await driver.load()).steps[0];
      const start = { key: 'x', seq: 1, undoable: true, inputHash: 'h', startedAt: begunAt };
      expect(step).toMatchObject({ ...start, status: 'done', endedAt: world.now, detail: { last: true } });
    });

    it('that was started is tried again in its place, with why the attempt before failed, until it is closed', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const error = { code: 'step_failed', message: 'flaky' } as const;
      await driver.start('x');
      expect((await driver.start('x', { attempt: 2, error })).kind).toBe('committed');
      expect((await driver.load()).steps).toMatchObject([{ key: 'x', status: 'started', attempt: 2, error }]);
      await driver.finish('x', { attempt: 2 });
      const [step] = (await driver.load()).steps;
      expect(step).toMatchObject({ status: 'done', attempt: 2 });
      expect(step).not.toHaveProperty('error');
    });

    it('belongs to its run: another run has the same one', async () => {
      await using world = await World.open(open);
      const [one, two] = [await world.running(), await world.running()];
      expect((await one.finish('x', { result: '1' })).kind).toBe('committed');
      expect((await two.finish('x', { result: '2' })).kind).toBe('committed');
      expect(await resultOf(world.store, (await two.load()).steps[0])).toBe('2');
    });
  });

  describe('a commit', () => {
    it('adds up the tokens of model turns and the lines of the log', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      await driver.finish('a/turn-1', { kind: 'turn', usage: { inputTokens: 10, outputTokens: 1 } });
      await driver.finish('a/turn-2', { kind: 'turn', usage: { inputTokens: 20, outputTokens: 2 } });
      await driver.finish('a/turn-3', { kind: 'turn' });
      await driver.commit({ logLines: 2 });
      await driver.commit({ logLines: 1 });
      const usage = { inputTokens: 30, outputTokens: 3 };
      expect(await world.store.reader.getRun(driver.runId)).toMatchObject({ usage });
      expect(await driver.load()).toMatchObject({ tokens: 33, logCount: 3 });
    });

    it('may write all it can at once', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const orderId = world.newId();
      await world.order(driver.runId, 'pause', { orderId });
      const line = { type: 'run.log', data: { message: 'hello' } } as const;
      const events = [stepDone('x'), line];
      await driver.commit({
        step: driver.done('x'),
        events,
        logLines: 1,
        consumedOrders: [orderId],
        change: { action: 'pause' },
      });
      expect(await world.status(driver.runId)).toBe('paused');
      expect(await world.waitingOrders(driver.runId)).toEqual([]);
      expect((await world.told(driver.runId)).slice(-2)).toEqual(['4 step.done', '5 run.log']);
    });

    it('is seen by another process once it is acknowledged', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const other = await world.store.another();
      await driver.finish('x', { result: '"seen"' });
      expect(await other.reader.getStep(driver.runId, 'x')).toMatchObject({ status: 'done', result: 'seen' });
    });
  });

  describe('events', () => {
    it('are numbered from 1 without a gap, whatever is refused and whoever writes at the same time', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const other = await world.store.another();
      const wait = await driver.ask('ask');
      const stale = world.driverOf(driver.runId, other);
      for (let round = 0; round < 5; round += 1) {
        await Promise.allSettled([
          driver.finish(`k${round}`),
          driver.finish('k0'),
          stale.finish(`s${round}`),
          driver.commit({ events: [stepDone('x'), stepDone('y')], change: { action: 'retry' } as never }),
          other.intake.order(world.anOrder(driver.runId, 'steer')),
          world.order(driver.runId, 'resume'),
          world.answer(wait, round, other),
        ]);
      }
      const events = await world.store.reader.listEvents(driver.runId, 0, 1_000);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1));
      const count = (type: string): number => events.filter((event) => event.type === type).length;
      expect([count('step.done'), count('order.received'), count('wait.answered')]).toEqual([5, 5, 1]);
    });

    it('say who caused them and when, with their data as it was given', async () => {
      await using world = await World.open(open);
      const id = await world.queued({ actor: 'alice' });
      world.now += 5;
      const driver = await world.driverOf(id).begin();
      await driver.commit({ events: [{ type: 'run.log', data: { message: 'é', fields: { n: [1] } } }] });
      const [queued, started, line] = await world.store.reader.listEvents(id, 0, 10);
      const at = new Date(world.now).toISOString();
      expect(queued).toMatchObject({ type: 'run.queued', actor: 'alice', data: { pipeline: 'p' } });
      expect(started).toMatchObject({ seq: 2, actor: 'driver', at });
      expect(line).toEqual({
        seq: 3,
        type: 'run.log',
        actor: 'driver',
        at,
        data: { message: 'é', fields: { n: [1] } },
      });
    });
  });
}
