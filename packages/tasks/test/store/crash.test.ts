/** A writer killed by SIGKILL: at each named point of a write, and at any moment of two thousand. */

import { seededRandom } from '@perdure/testing';
import { describe, expect, it } from 'vitest';
import { context, creation, progress } from './commands.ts';
import { openWorld, proofOf, startProcess, written, type World } from './support.ts';

const sides = ['before', 'after'] as const;
const pointsOfProgress = ['lock', 'reading the task', 'writing the event', 'writing the snapshot', 'commit'] as const;
const pointsOfReplace = [
  'giving the old task another id',
  'giving the old log another id',
  'writing the event',
  'writing the snapshot',
  'commit',
] as const;
const both = <P>(points: readonly P[]) => points.flatMap((point) => sides.map((side) => ({ side, point })));

async function beginTask(): Promise<World> {
  const world = await openWorld();
  await written(world.store.create(creation('demo'), context()));
  return world;
}

describe('a writer that is killed', () => {
  it.each(both(pointsOfProgress))(
    'L1: $side $point leaves a whole write or none',
    { timeout: 60_000 },
    async (death) => {
      const world = await beginTask();
      const { side, point } = death;
      const killed = startProcess('mortal-writer.ts', [world.database.path, 'demo', 'progress', '9', side, point, '3']);
      await killed.exited;

      const isCommitted = side === 'after' && point === 'commit';
      expect(killed.told).toEqual([{ from: 1 }, { acknowledged: 2 }, { acknowledged: 3 }]);
      const events = isCommitted ? 4 : 3;
      expect(await proofOf(world, 'demo')).toEqual({ events, newest: events, differences: [] });
      const next = await written(world.store.apply('demo', progress('by another'), context()));
      expect(next.task.revision).toBe(events + 1);
    },
  );

  it.each(both(pointsOfReplace))(
    'L1: $side $point leaves the old task in its place, or both tasks whole',
    { timeout: 60_000 },
    async ({ side, point }) => {
      const world = await beginTask();
      const args = [world.database.path, 'demo', 'replace', '9', side, point, '1'];
      const killed = startProcess('mortal-writer.ts', args);
      await killed.exited;
      expect(killed.told).toEqual([{ from: 1 }]);

      const isCommitted = side === 'after' && point === 'commit';
      expect(await proofOf(world, 'demo')).toEqual({ events: 1, newest: 1, differences: [] });
      const archived = { events: 2, newest: 2, differences: [] };
      const nothing = { events: 0, newest: null, differences: undefined };
      expect(await proofOf(world, 'demo.1')).toEqual(isCommitted ? archived : nothing);
    },
  );

  it(
    'L1: again and again at any moment of 2,000 writes loses none that was acknowledged',
    { timeout: 300_000 },
    async () => {
      const world = await beginTask();
      const random = seededRandom(42);
      const wanted = 2_000;
      let kills = 0;
      for (let last = 1; last < wanted;) {
        // Not all of them in one life, however late the kill is.
        const next = Math.min(wanted, last + 500);
        const writer = startProcess('mortal-writer.ts', [world.database.path, 'demo', 'progress', String(next)]);
        expect(await writer.fact(0)).toEqual({ from: last });
        await writer.fact(1 + Math.floor(random() * (next - last)));
        writer.signal('SIGKILL');
        await writer.exited;
        const acknowledged = writer.told.slice(1).map((fact) => fact['acknowledged']);
        expect(acknowledged).toEqual(acknowledged.map((_, n) => last + 1 + n));
        const { events, newest, differences } = await proofOf(world, 'demo');
        expect({ events, differences }).toEqual({ events: newest, differences: [] });
        // The write at which it died may have been committed and never said.
        expect(Number(newest) - last - acknowledged.length).toBeOneOf([0, 1]);
        last = Number(newest);
        kills += 1;
      }
      expect(kills).toBeGreaterThan(2);
    },
  );
});
