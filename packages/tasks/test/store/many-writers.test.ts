/** Real processes on one database. */

import { describe, expect, it } from 'vitest';
import { context, creation, progress } from './commands.ts';
import { openWorld, proofOf, startProcess, written } from './support.ts';

const updates = 1_000;

describe('processes that write to one task at once', () => {
  it('L2: lose nothing: eight of them leave every event, numbered without a gap', { timeout: 300_000 }, async () => {
    const world = await openWorld();
    await written(world.store.create(creation('demo'), context()));
    const writers = Array.from({ length: 8 }, (_, n) =>
      startProcess('busy-writer.ts', [world.database.path, 'demo', `writer ${n}`, String(updates)]),
    );
    await Promise.all(writers.map((writer) => writer.fact(0)));
    for (const writer of writers) writer.say('go');
    await Promise.all(writers.map((writer) => writer.exited));

    const reports = writers.map(({ told }) => told[1]);
    expect(reports.flatMap((report) => report?.['refused'])).toEqual([]);
    const acknowledged = reports.flatMap((report) => report?.['acknowledged'] as number[]);
    const all = Array.from({ length: 8 * updates }, (_, n) => n + 2);
    expect(acknowledged.toSorted((a, b) => a - b)).toEqual(all);
    expect(await proofOf(world, 'demo')).toEqual({ events: all.length + 1, newest: all.length + 1, differences: [] });
  });

  it(
    'fight for a lease: in each round exactly one gets it, the other is told who, and only that one may write',
    { timeout: 120_000 },
    async () => {
      const world = await openWorld();
      await written(world.store.create(creation('demo'), context()));
      const rivals = ['one', 'two'].map((name) => startProcess('lease-rival.ts', [world.database.path, 'demo', name]));
      await Promise.all(rivals.map((rival) => rival.fact(0)));
      let heard = 0;
      const ask = (order: string) => {
        heard += 1;
        for (const rival of rivals) rival.say(order);
        return Promise.all(rivals.map((rival) => rival.fact(heard)));
      };
      for (let round = 1; round <= 50; round += 1) {
        const took = await ask(`take ${round * 1_000}`);
        const winner = took.find((fact) => fact['took'] === true);
        const by = winner?.['by'];
        expect(took.filter((fact) => fact !== winner)).toEqual([{ took: false, by, code: 'lease_held' }]);
        expect(winner).toEqual({ took: true, by: expect.stringMatching(/^(one|two)$/) as string, fence: round });
        const wrote = await ask(`write ${round * 1_000 + 1}`);
        expect(wrote.map((fact) => fact['wrote'])).toEqual(took.map((fact) => fact['took']));
      }
      expect(await proofOf(world, 'demo')).toEqual({ events: 101, newest: 101, differences: [] });
    },
  );

  it('are refused when they come back from a freeze that outlasted their lease', { timeout: 60_000 }, async () => {
    const world = await openWorld();
    await written(world.store.create(creation('demo'), context()));
    const frozen = startProcess('lease-rival.ts', [world.database.path, 'demo', 'the first']);
    await frozen.fact(0);
    frozen.say('take 1000');
    expect(await frozen.fact(1)).toEqual({ took: true, by: 'the first', fence: 1 });
    frozen.signal('SIGSTOP');
    // It still believes in the time before its freeze.
    frozen.say('write 1001');

    const successor = startProcess('lease-rival.ts', [world.database.path, 'demo', 'the second']);
    await successor.fact(0);
    successor.say('take 9000');
    expect(await successor.fact(1)).toEqual({ took: true, by: 'the second', fence: 2 });
    const before = await world.store.get('demo');
    frozen.signal('SIGCONT');
    expect(await frozen.fact(2)).toEqual({ wrote: false, code: 'lease_held' });
    expect(await world.store.get('demo')).toEqual(before);
    successor.say('write 9001');
    expect(await successor.fact(2)).toEqual({ wrote: true });
    expect(await world.store.apply('demo', progress('an onlooker'), context({ now: 9_002 }))).toMatchObject({
      code: 'lease_held',
    });
  });
});
