/**
 * Every named point at which a worker can die while a model is away, or as it comes back, before and after: three runs
 * wait for it, the worker dies at the n-th time, another takes over that is woken by nobody but the sweep, and dies at
 * the same point once more. All must end soon after the model is back, and none of them asks beside another.
 */

import { isFinished } from '@perdure/contract';
import { expect, it } from 'vitest';
import { agentsWith, asking, outagesOf } from './agent-harness.ts';
import { Harness } from './harness.ts';
import { minute, name, outage, patienceMs, second, Server } from './model-played.ts';
import { Mortal, mortalOutages, mortalParts, outagePoints, points, sides, type Death } from './mortal-worker.ts';
import { sweep } from './support.ts';

const places = [...points, ...outagePoints]
  // Nobody is asked, and no run changes but by what is named.
  .filter((point) => point !== 'wait answer')
  .flatMap((point) => sides.map((side) => ({ side, point })));

const awayMs = 5 * minute;
/** How long all may take after that: a pause, and for each death a claim that runs out and a silence. */
const boundMs = 12 * minute;

interface Findings {
  readonly deaths: number;
  readonly faults: readonly string[];
}

async function trial(deaths: readonly Death[]): Promise<Findings> {
  const server = new Server();
  await using harness = await Harness.open([asking]);
  harness.database.sqlite.exec('PRAGMA synchronous = OFF');
  const faults: string[] = [];
  const asked = new Map<string, number>();
  server.answers = async () => {
    if (server.open > 1 && outage(harness) !== undefined) faults.push('it is asked beside another');
    await new Promise<void>((resolve) => harness.clock.after(2 * second, resolve));
  };
  const lives = deaths.values();
  let died = 0;
  const employ = (): Mortal => {
    const mortal = new Mortal(lives.next().value);
    const parts = mortalParts(mortal, {
      clock: harness.clock,
      journal: harness.journal,
      waker: { wake: (...of) => harness.engine.wake(...of) },
    });
    const model: Pick<Server['model'], 'turn'> = {
      turn: (request) =>
        mortal.around('effect', () => {
          const { idempotencyKey: key } = request;
          asked.set(key, (asked.get(key) ?? 0) + 1);
          return server.model.turn(request);
        }),
    };
    const outages = mortalOutages(mortal, outagesOf(harness, parts));
    const options = { patienceMs, nameOf: () => name };
    const agents = agentsWith(model, options, { outages, now: () => harness.clock.now() });
    harness.replaceWorker({ ...parts, agents });
    return mortal;
  };
  let worker = employ();
  const ids: string[] = [];
  const allEnded = (): boolean => ids.length > 0 && ids.every((id) => isFinished(harness.run(id).status));
  const begun = harness.clock.now();
  for (let n = 0; n < 3; n += 1) ids.push(await harness.start('subject'));
  for (let passed = 0; passed < awayMs + boundMs && !allEnded(); passed = harness.clock.now() - begun) {
    server.isUp = passed >= awayMs;
    await harness.advance(10 * second);
    if (worker.isDead) {
      died += 1;
      worker = employ();
    }
    if (Math.round(passed / second) % 60 === 0) await sweep(harness);
  }
  for (const id of ids) {
    const { status } = harness.run(id);
    if (status !== 'completed') faults.push(`a run is ${status}`);
  }
  for (const [key, times] of asked) if (times > 1 + died) faults.push(`${key} was requested ${times} times`);
  if (outage(harness) !== undefined && died === 0) faults.push('the outage is not over');
  return { deaths: died, faults };
}

it('three runs that nobody disturbs end without a fault', async () => {
  expect(await trial([])).toEqual({ deaths: 0, faults: [] });
});

it.each(places)(
  'R5, E1: a worker that dies $side $point leaves nobody waiting, and nobody asks beside another',
  async (place) => {
    let reached = 0;
    for (const occurrence of [1, 2, 3, 4, 6, 9, 13, 20, 30]) {
      const once = { ...place, occurrence };
      const { deaths, faults } = await trial([once, { ...place, occurrence: 1 }]);
      expect([occurrence, faults]).toEqual([occurrence, []]);
      if (deaths === 0) break;
      reached += 1;
    }
    expect(reached).toBeGreaterThan(0);
  },
  120_000,
);
