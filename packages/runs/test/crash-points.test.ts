/**
 * Every named point at which a worker can die, before and after, for every kind of effect, called by a pipeline and by
 * an agent: each time the worker comes to that point a run of its own dies there, is taken up by another worker, and
 * must end as if nothing had happened.
 */

import { describe, expect, it } from 'vitest';
import { faultsOf } from './crash-points-judge.ts';
import { CrashWorld, type Caller, type EffectKind, type Sabotage } from './crash-points-trial.ts';
import { points, sides, type Death } from './mortal-worker.ts';

const kinds: readonly (EffectKind & { readonly name: string })[] = (['pure', 'idempotent', 'once', 'verified'] as const)
  .map((name) => ({ name, effect: name === 'verified' ? ('once' as const) : name, verifies: name === 'verified' }))
  .flatMap((kind) => [
    { ...kind, confirm: false },
    { ...kind, name: `${kind.name} with confirm`, confirm: true },
  ]);
const callers: readonly Caller[] = ['pipeline', 'agent'];
const places = points.flatMap((point) => sides.map((side) => ({ side, point })));

/**
 * Dies at the first, the second, ... occurrence until a run passes the point less often. The next worker dies there
 * too, once more.
 */
async function diesEverywhere(kind: EffectKind, caller: Caller, place: Omit<Death, 'occurrence'>) {
  await using world = await CrashWorld.open(kind);
  const faults: string[] = [];
  for (let occurrence = 1; ; occurrence += 1) {
    const once = { ...place, occurrence };
    const trials = [[once], [once, { ...place, occurrence: 1 }]];
    let deaths = 0;
    for (const trial of trials) {
      const found = await world.trial(caller, trial);
      deaths += found.deaths;
      faults.push(...faultsOf(found, caller, kind).map((fault) => `death ${occurrence} of ${found.deaths}: ${fault}`));
    }
    if (deaths === 0) return { faults, occurrences: occurrence - 1 };
  }
}

describe.each(kinds)('a worker that dies in a run with a tool that is $name', ({ name: _name, ...kind }) => {
  describe.each(callers)('called by %s', (caller) => {
    it.each(places)('$side $point leaves no trace but the repetition that is promised', async (place) => {
      const { faults, occurrences } = await diesEverywhere(kind, caller, place);
      expect(faults).toEqual([]);
      expect(occurrences).toBeGreaterThan(0);
    });
  });
});

/** Breaks the record whenever a drive begins. */
const breaking =
  (sql: string): Sabotage =>
  (journal, { database }) => ({
    ...journal,
    begin: (...of) => {
      database.sqlite.exec(sql);
      return journal.begin(...of);
    },
  });

const once: EffectKind = { effect: 'once', verifies: false, confirm: false };
const idempotent: EffectKind = { ...once, effect: 'idempotent' };

describe('the judge of crashes', () => {
  it.each([
    ['a tool that is idempotent where it should be once', idempotent, '', /attempted 2 times/],
    ['a call begun anew', once, `DELETE FROM steps WHERE kind = 'tool'`, /attempted 2 times/],
    ['a turn begun anew', idempotent, `DELETE FROM steps WHERE kind = 'turn'`, /turn .* was requested again/],
    [
      'a result that changes',
      idempotent,
      `UPDATE steps SET result = '1' WHERE key = 'begin'`,
      /record of begin changed/,
    ],
    ['an event that changes', idempotent, `UPDATE events SET at = at + 1`, /an event changed/],
    ['a run that ends otherwise', idempotent, `UPDATE runs SET input = 'x'`, /the run is/],
  ])('finds %s', async (_name, kind, sql, fault) => {
    await using world = await CrashWorld.open(kind, breaking(sql));
    const found = await world.trial('agent', [{ side: 'after', point: 'effect', occurrence: 1 }]);
    expect(faultsOf(found, 'agent', once).filter((one) => fault.test(one))).not.toEqual([]);
  });

  it('finds an attempt with another key', async () => {
    await using world = await CrashWorld.open(idempotent);
    const found = await world.trial('pipeline', []);
    expect(faultsOf(found, 'pipeline', idempotent)).toEqual([]);
    expect(faultsOf({ ...found, effects: ['another'] }, 'pipeline', idempotent)).toHaveLength(1);
  });
});
