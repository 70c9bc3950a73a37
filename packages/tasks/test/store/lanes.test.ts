/** Real processes on one database. */

import { describe, expect, it } from 'vitest';
import { assign } from '../core/lane-support.ts';
import { context, creation } from './commands.ts';
import { openWorld, proofOf, startProcess, written } from './support.ts';

describe('ten lanes that return at once, from ten processes', () => {
  it('are all applied, each once, and the task is what its log says', { timeout: 120_000 }, async () => {
    const world = await openWorld();
    await written(world.store.create(creation('demo', { max_parallel: 10 }), context()));
    const lines = Array.from({ length: 10 }, (_, n) => `line-${n}`);
    for (const line of lines) await written(world.store.apply('demo', assign(line), context()));
    const workers = lines.map((line) => startProcess('lane-worker.ts', [world.database.path, 'demo', line]));
    await Promise.all(workers.map((worker) => worker.fact(0)));
    for (const worker of workers) worker.say('go');
    await Promise.all(workers.map((worker) => worker.exited));

    expect(workers.map(({ told }) => told.slice(1))).toEqual(
      lines.map(() => [{ events: ['subagent_return_ingested'] }, { events: [] }]),
    );
    const task = await world.store.get('demo');
    expect(task?.lanes.map(({ line, status, return_digests }) => [line, status, return_digests.length])).toEqual(
      lines.map((line) => [line, 'done', 1]),
    );
    expect(task?.quarantine).toEqual([]);
    expect(task?.workers.toSorted()).toEqual(lines.map((line) => `worker-${line}`));
    expect(await proofOf(world, 'demo')).toEqual({ events: 21, newest: 21, differences: [] });
  });
});
