/** Starting runs, and what an idempotency key promises. */

import { describe, expect, it } from 'vitest';
import type { OpenStore } from './store-under-test.ts';
import { World } from './world.ts';

export function startsAreIdempotent(open: OpenStore): void {
  describe('a start', () => {
    it('queues a run that looks as it was asked for', async () => {
      await using world = await World.open(open);
      const budget = { tokens: 5, minutes: 0.5 };
      const id = await world.queued({ pipeline: 'news', input: '{"a":[null,1]}', budget });
      const at = new Date(world.now).toISOString();
      const usage = { inputTokens: 0, outputTokens: 0 };
      const shown = { id, pipeline: 'news', status: 'queued', input: { a: [null, 1] } };
      const times = { createdAt: at, updatedAt: at };
      expect(await world.store.reader.getRun(id)).toEqual({ ...shown, ...times, recoveries: 0, usage });
      expect(await world.told(id)).toEqual(['1 run.queued']);
      const loaded = await world.driverOf(id).load();
      expect(loaded).toMatchObject({ budget, originId: id, parent: null, createdAt: world.now, steps: [], tokens: 0 });
    });

    it('without a key is a run of its own each time', async () => {
      await using world = await World.open(open);
      expect(await world.queued()).not.toBe(await world.queued());
    });

    it('with a key that was used for the same is that run, however it has gone on, and makes no other', async () => {
      await using world = await World.open(open);
      const key = { idempotencyKey: 'k', requestHash: 'h' };
      const driver = await world.in('completed', key);
      const again = world.request(key);
      expect(await world.store.intake.start(again)).toEqual({ kind: 'existing', runId: driver.runId });
      expect(await world.store.reader.getRun(again.id)).toBeUndefined();
    });

    it('with a key that was used for something else is refused, and names the run that has it', async () => {
      await using world = await World.open(open);
      const runId = await world.queued({ idempotencyKey: 'k', requestHash: 'h' });
      const other = world.request({ idempotencyKey: 'k', requestHash: 'other' });
      expect(await world.store.intake.start(other)).toEqual({ kind: 'key_reused', runId });
      expect(await world.store.intake.start(world.request({ idempotencyKey: 'k' }))).toEqual({
        kind: 'key_reused',
        runId,
      });
      expect(await world.store.reader.getRun(other.id)).toBeUndefined();
    });

    it('asked for a hundred times at once by two processes is one run for each key', async () => {
      await using world = await World.open(open);
      const handles = [world.store, await world.store.another()] as const;
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, (_, n) => {
          const request = world.request({ idempotencyKey: `k${n % 3}`, requestHash: 'h' });
          return handles[n % 2 === 0 ? 0 : 1].intake.start(request);
        }),
      );
      expect(outcomes.filter(({ kind }) => kind === 'started')).toHaveLength(3);
      expect(outcomes.filter(({ kind }) => kind === 'existing')).toHaveLength(97);
      expect(new Set(outcomes.map(({ runId }) => runId)).size).toBe(3);
      expect((await world.store.reader.listRuns({}, { limit: 100 })).data).toHaveLength(3);
    });
  });
}
