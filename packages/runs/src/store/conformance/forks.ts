/** Making a fork: another run that has the finished steps of one, and nothing of that one's obligations. */

import { describe, expect, it } from 'vitest';
import { resultOf, type Driver } from './driver-at-work.ts';
import type { OpenStore } from './store-under-test.ts';
import { allOf, minute, World } from './world.ts';

export function forksBeginAlike(open: OpenStore): void {
  describe('a fork', () => {
    it('has the finished steps before the one that was named, as they were, and none of them armed', async () => {
      await using world = await World.open(open);
      const driver = await threeSteps(world);
      const fork = await forkOf(world, driver, 'c');
      const original = (await driver.load()).steps;
      const { steps } = await fork.load();
      expect(steps).toEqual(original.slice(0, 2).map((step) => ({ ...step, undoable: false })));
      expect(original[0]).toMatchObject({ undoable: true });
      for (const place of [0, 1]) {
        expect(await resultOf(world.store, steps[place])).toBe(await resultOf(world.store, original[place]));
      }
    });

    it('is a queued run of the same pipeline, input and budget that says where it comes from and has used nothing', async () => {
      await using world = await World.open(open);
      const budget = { tokens: 100 };
      const driver = await threeSteps(world, { pipeline: 'news', input: '{"x":1}', budget });
      await driver.change({ action: 'complete', output: '1' });
      world.now += minute;
      const runId = (await forkOf(world, driver, 'c')).runId;
      const forkedFrom = { runId: driver.runId, stepKey: 'c' };
      const usage = { inputTokens: 0, outputTokens: 0 };
      const shown = {
        id: runId,
        pipeline: 'news',
        status: 'queued',
        input: { x: 1 },
        forkedFrom,
        usage,
        recoveries: 0,
      };
      const at = new Date(world.now).toISOString();
      expect(await world.store.reader.getRun(runId)).toEqual({ ...shown, createdAt: at, updatedAt: at });
      const [event, ...others] = await world.store.reader.listEvents(runId, 0, 10);
      expect(event).toMatchObject({ seq: 1, type: 'run.queued', data: { forkedFrom, origin: driver.runId } });
      expect(others).toEqual([]);
      const loaded = await world.driverOf(runId).load();
      expect(loaded).toMatchObject({ budget, tokens: 0, parent: null, idleMs: 0 });
      expect(loaded.cleared).toEqual({ seq: 2, turns: 1, tokens: 0, activeMs: 0 });
    });

    it('keeps the origin of the run it comes from, over two generations', async () => {
      await using world = await World.open(open);
      const driver = await threeSteps(world);
      const fork = await forkOf(world, driver, 'c');
      const second = await forkOf(world, fork, 'b');
      expect((await driver.load()).originId).toBe(driver.runId);
      expect((await fork.load()).originId).toBe(driver.runId);
      expect((await second.load()).originId).toBe(driver.runId);
      const shown = await world.store.reader.getRun(second.runId);
      expect(shown?.forkedFrom).toEqual({ runId: fork.runId, stepKey: 'b' });
    });

    it('changes nothing in the run it comes from, and neither hears of what happens to the other', async () => {
      await using world = await World.open(open);
      const driver = await threeSteps(world);
      const steps = () => allOf((page) => world.store.reader.listSteps(driver.runId, page));
      const before = [await steps(), await world.told(driver.runId)];
      const fork = await (await forkOf(world, driver, 'b')).begin();
      await fork.finish('b', { result: '"other"' });
      await world.order(fork.runId, 'steer');
      expect([await steps(), await world.told(driver.runId)]).toEqual(before);
      await driver.finish('d');
      expect((await fork.load()).steps.map(({ key }) => key)).toEqual(['a', 'b']);
    });

    it('has none of the orders and questions of the run it comes from', async () => {
      await using world = await World.open(open);
      const driver = await threeSteps(world);
      await driver.ask('q');
      await world.order(driver.runId, 'pause');
      await world.order(driver.runId, 'steer');
      const fork = await forkOf(world, driver, 'c');
      expect(await fork.load()).toMatchObject({ orders: [], steers: [] });
      expect((await world.store.waits.listWaits({ run: fork.runId }, { limit: 9 })).data).toEqual([]);
    });

    it('takes what a person decided about a call along with the call, and any answer to a question', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      for (const purpose of ['approval', 'question'] as const) {
        const wait = await driver.ask(`${purpose}/gate`, { purpose });
        await world.answer(wait);
        await driver.finish(`${purpose}/gate`, { kind: 'human', detail: { wait } });
        await driver.start(purpose, { kind: 'tool' });
      }
      world.now += 1;
      await driver.start('next');
      const inherited = async () => (await (await forkOf(world, driver, 'next')).load()).steps.map(({ key }) => key);
      expect(await inherited()).toEqual(['question/gate']);
      const late = await world.running();
      const wait = await late.ask('pay/gate', { purpose: 'approval' });
      await world.answer(wait);
      await late.finish('pay/gate', { kind: 'human', detail: { wait } });
      await late.finish('pay', { kind: 'tool' });
      await late.start('next');
      expect((await (await forkOf(world, late, 'next')).load()).steps.map(({ key }) => key)).toEqual([
        'pay/gate',
        'pay',
      ]);
    });

    it('of a fork takes a decision along with its call or not at all, though another run has asked for it', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const wait = await driver.ask('pay/gate', { purpose: 'approval' });
      await world.answer(wait);
      await driver.finish('pay/gate', { kind: 'human', detail: { wait } });
      await driver.start('pay', { kind: 'tool' });
      await driver.finish('beside');
      world.now += 1;
      await driver.finish('pay', { kind: 'tool' });
      await driver.start('next');
      const fork = await forkOf(world, driver, 'next');
      expect((await fork.load()).steps.map(({ key }) => key)).toEqual(['pay/gate', 'pay', 'beside']);
      // `beside` was begun between the approval and the end of the call.
      expect((await (await forkOf(world, fork, 'beside')).load()).steps).toEqual([]);
    });

    it('begins at the first step that was undone where that is earlier, and says so', async () => {
      await using world = await World.open(open);
      const driver = await threeSteps(world);
      await driver.change({ action: 'undo', undoOutcome: 'cancelled' });
      await driver.finish('undo/a', { kind: 'undo' });
      await driver.change({ action: 'cancel' });
      const fork = await forkOf(world, driver, 'c');
      expect((await fork.load()).steps).toEqual([]);
      expect((await world.store.reader.getRun(fork.runId))?.forkedFrom).toEqual({ runId: driver.runId, stepKey: 'a' });
    });

    it('of a run that is being undone begins at the first step that is armed, before that was undone', async () => {
      await using world = await World.open(open);
      const driver = await threeSteps(world);
      await driver.change({ action: 'undo', undoOutcome: 'failed' });
      expect((await (await forkOf(world, driver, 'c')).load()).steps).toEqual([]);
    });

    it('of a run that there is not, or from a step that there is not, is answered so and makes no run', async () => {
      await using world = await World.open(open);
      const driver = await threeSteps(world);
      expect(await world.fork(world.newId(), 'a')).toEqual({ kind: 'not_found' });
      expect(await world.fork(driver.runId, 'z')).toEqual({ kind: 'no_such_step' });
      expect((await world.store.reader.listRuns({}, { limit: 9 })).data).toHaveLength(1);
    });

    it('with an idempotency key is one fork, however often and for however long it is asked for', async () => {
      await using world = await World.open(open);
      const driver = await threeSteps(world);
      const key = { idempotencyKey: 'k', requestHash: 'h' };
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => world.fork(driver.runId, 'c', key)));
      expect(outcomes.filter(({ kind }) => kind === 'started')).toHaveLength(1);
      expect(outcomes.filter(({ kind }) => kind === 'existing')).toHaveLength(19);
      const other = { idempotencyKey: 'k', requestHash: 'other' };
      expect((await world.fork(driver.runId, 'b', other)).kind).toBe('key_reused');
      expect((await world.store.intake.start(world.request(other))).kind).toBe('key_reused');
      expect((await world.store.reader.listRuns({}, { limit: 9 })).data).toHaveLength(2);
    });
  });
}

/** `a` armed, `b` a model turn with a large result, `c` begun and not done. Each ended before the next one began. */
async function threeSteps(world: World, changes: Parameters<World['running']>[0] = {}): Promise<Driver> {
  const driver = await world.running(changes);
  await driver.finish('a', { undoable: true, attempt: 2, inputHash: 'h', result: '"small"' });
  world.now += 5;
  const usage = { inputTokens: 5, outputTokens: 5 };
  await driver.finish('b', { kind: 'turn', usage, result: JSON.stringify('x'.repeat(100_000)) });
  world.now += 5;
  await driver.start('c');
  return driver;
}

async function forkOf(world: World, { runId }: Driver, stepKey: string): Promise<Driver> {
  const outcome = await world.fork(runId, stepKey);
  if (outcome.kind !== 'started') throw new Error(outcome.kind);
  return world.driverOf(outcome.runId);
}
