import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGroupCommit, LockBudget, openDatabase } from '@perdure/db';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createOutageDesk, createOutages, pauseAfter } from '../../src/store/index.ts';
import type { OutageClaim } from '../../src/turn/outage.ts';

const model = 'groq/a';
const second = 1_000;
const minute = 60 * second;
const reason = 'The model server cannot be reached.';

/** Time that moves when told to, for all that share it. */
class ManualClock {
  #now = 1_000_000_000_000;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  now = () => this.#now;
  after = (ms: number, callback: () => void) => {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  /** No timer notices. */
  set(ahead: number): void {
    this.#now += ahead;
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** A second after the other; what is called back has been written before the next. */
  async advance(ms: number): Promise<void> {
    for (const until = this.#now + ms; this.#now < until;) {
      this.#now += second;
      for (const timer of this.#timers) {
        if (timer.at > this.#now) continue;
        this.#timers.delete(timer);
        timer.callback();
      }
      for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

interface Waiting {
  readonly id: string;
  readonly status?: string;
  readonly waitModel?: string;
}

/** Two workers on one database, each with a connection of its own. */
async function open(wake: (runId: string) => Promise<void> = async () => undefined) {
  const folder = await mkdtemp(join(tmpdir(), 'perdure-outages-'));
  const path = join(folder, 'perdure.db');
  const databases = [await openDatabase({ path }), await openDatabase({ path })] as const;
  onTestFinished(async () => {
    for (const database of databases) database.close();
    await rm(folder, { recursive: true });
  });
  const clock = new ManualClock();
  const woken: string[] = [];
  const [one, other] = databases.map((database) =>
    createOutages({
      database,
      group: createGroupCommit(database, { budget: new LockBudget({ burstMs: Infinity }) }),
      wake: async (runId) => {
        woken.push(runId);
        await wake(runId);
      },
      clock,
      random: () => 0,
    }),
  );
  if (one === undefined || other === undefined) throw new Error('two were made');
  const { sqlite } = databases[0];
  const zeros = ['fence', 'commit_no', 'event_seq', 'log_count', 'barren_drives', 'recoveries', 'idle_ms'];
  const insert = sqlite.prepare(`
    INSERT INTO runs (id, pipeline, status, input, wait_kind, wait_model, created_at, updated_at, input_tokens, output_tokens, ${zeros.join()})
    VALUES (?, 'p', ?, '{}', 'model', ?, 0, 0, 0, 0, ${zeros.map(() => 0).join()})`);
  const runs = (...list: readonly Waiting[]): void => {
    for (const { id, status = 'waiting', waitModel = model } of list) insert.run(id, status, waitModel);
  };
  return { clock, one, other, woken, runs, database: databases[0], desk: createOutageDesk(databases[0]) };
}

const probeIn = (claim: OutageClaim) => {
  if (claim.kind !== 'probe') throw new Error(`the claim is ${claim.kind}`);
  return claim.probe;
};

describe('an outage', () => {
  test('is known to every worker, and over for every worker', async () => {
    const { one, other, clock } = await open();
    expect(await other.claim(model)).toEqual({ kind: 'free' });
    const since = clock.now();
    const outage = await one.noteAway(model, { reason });
    expect(outage).toMatchObject({ since, reason });
    expect(await other.claim(model)).toMatchObject({ kind: 'away', ...outage });
    expect(await other.claim('groq/b')).toEqual({ kind: 'free' });
    await other.noteBack(model);
    expect(await one.claim(model)).toEqual({ kind: 'free' });
  });

  test('of many that find out at the same time is one outage, with the first pause', async () => {
    const { one, other, clock } = await open();
    const all = [one, other, one, other].map((each) => each.noteAway(model, { reason }));
    const [first] = await Promise.all(all);
    expect(new Set((await Promise.all(all)).map(({ nextAt }) => nextAt)).size).toBe(1);
    expect((first?.nextAt ?? 0) - clock.now()).toBeLessThanOrEqual(5 * second);
  });

  test('counts from when it began, whatever is found out later', async () => {
    const { one, clock } = await open();
    const { since } = await one.noteAway(model, { reason });
    await clock.advance(10 * second);
    const later = await probeIn(await one.claim(model)).noteAway({ reason: 'It answered 503.' });
    expect(later).toMatchObject({ since, reason: 'It answered 503.' });
  });
});

describe('a probe', () => {
  test('is given to one of all who ask when its time has come, and to nobody before', async () => {
    const { one, other, clock } = await open();
    await one.noteAway(model, { reason });
    await clock.advance(3 * second);
    expect((await one.claim(model)).kind).toBe('away');
    await clock.advance(2 * second);
    const kinds = (await Promise.all([one, other, one, other].map((each) => each.claim(model)))).map((c) => c.kind);
    expect(kinds.toSorted()).toEqual(['away', 'away', 'away', 'probe']);
  });

  test('lasts as long as its work, however long, and leaves no timer', async () => {
    const { one, other, clock } = await open();
    await one.noteAway(model, { reason });
    await clock.advance(5 * second);
    const work = Promise.withResolvers<string>();
    const done = probeIn(await one.claim(model)).during(() => work.promise);
    await clock.advance(10 * minute);
    expect((await other.claim(model)).kind).toBe('away');
    work.resolve('answer');
    expect(await done).toBe('answer');
    expect(clock.timers).toBe(0);
  });

  test('is given at once where the model would be asked later than anybody puts it off: the clock was set back', async () => {
    const { one, clock } = await open();
    await one.noteAway(model, { reason });
    clock.set(-60 * minute);
    expect((await one.claim(model)).kind).toBe('probe');
  });

  test('runs out within a minute where its worker has died', async () => {
    const { one, other, clock } = await open();
    await one.noteAway(model, { reason });
    await clock.advance(5 * second);
    probeIn(await one.claim(model));
    await clock.advance(59 * second);
    expect((await other.claim(model)).kind).toBe('away');
    await clock.advance(second);
    expect((await other.claim(model)).kind).toBe('probe');
  });

  test('that was not used is given on at once', async () => {
    const { one, other, clock } = await open();
    await one.noteAway(model, { reason });
    await clock.advance(5 * second);
    await probeIn(await one.claim(model)).release();
    expect((await other.claim(model)).kind).toBe('probe');
  });

  test('that was taken over says nothing any more of when the model is asked next', async () => {
    const { one, other, clock } = await open();
    await one.noteAway(model, { reason });
    await clock.advance(5 * second);
    const late = probeIn(await one.claim(model));
    await clock.advance(minute);
    const taken = probeIn(await other.claim(model));
    await late.release();
    const { nextAt } = await late.noteAway({ reason });
    expect(await one.claim(model)).toMatchObject({ kind: 'away', nextAt });
    expect((await taken.noteAway({ reason })).nextAt).not.toBe(nextAt);
  });

  test('that fails moves the next one off, further each time, to 15 minutes at most', async () => {
    const { one, clock } = await open();
    let { nextAt } = await one.noteAway(model, { reason });
    const pauses: number[] = [];
    for (let tries = 0; tries < 10; tries += 1) {
      await clock.advance(nextAt - clock.now());
      ({ nextAt } = await probeIn(await one.claim(model)).noteAway({ reason }));
      pauses.push((nextAt - clock.now()) / second);
    }
    expect(pauses.slice(0, 3).map((pause) => Math.round(pause))).toEqual([8, 15, 30]);
    expect(pauses.toSorted((a, b) => a - b)).toEqual(pauses);
    expect(pauses.at(-1)).toBeLessThanOrEqual(15 * 60);
  });

  test('that fails for a model that has come back meanwhile begins a new outage', async () => {
    const { one, other, clock } = await open();
    await one.noteAway(model, { reason });
    await clock.advance(5 * second);
    const probe = probeIn(await one.claim(model));
    await other.noteBack(model);
    expect(await probe.noteAway({ reason })).toMatchObject({ since: clock.now() });
  });
});

describe('a pause', () => {
  test.each([
    ['the first', 0, {}, 5],
    ['one that would be longer than it may', 30, {}, 15 * 60],
    ['a wish that is shorter', 3, { retryAfterMs: second }, 40],
    ['a wish that is longer', 0, { retryAfterMs: 7 * minute }, 7 * 60],
    ['a wish that is longer than it may be', 0, { retryAfterMs: 60 * minute }, 15 * 60],
  ])('is at most as long as it should be: %s', (_name, tries, more, seconds) => {
    expect(pauseAfter(tries, { random: () => 0.999999, ...more })).toBeLessThanOrEqual(seconds * second);
    expect(pauseAfter(tries, { random: () => 0, ...more })).toBeGreaterThanOrEqual(seconds * second * 0.75);
  });
});

describe('a model that is back', () => {
  test('wakes those that wait for it, and those that just look', async () => {
    const { one, runs, woken } = await open();
    runs({ id: 'a' }, { id: 'b', status: 'running' }, { id: 'c', waitModel: 'groq/b' }, { id: 'd', status: 'failed' });
    await one.noteAway(model, { reason });
    await one.noteBack(model);
    expect(woken.toSorted()).toEqual(['a', 'b']);
    await one.noteBack(model);
    expect(woken).toHaveLength(2);
  });

  test('wakes all of many, and those behind one that cannot be woken', async () => {
    const { one, runs, woken } = await open(async (runId) => {
      if (runId === 'run-1') throw new Error('The engine is away.');
    });
    runs(...Array.from({ length: 100 }, (_, n) => ({ id: `run-${n}` })));
    await one.noteAway(model, { reason });
    await one.noteBack(model);
    expect(new Set(woken).size).toBe(100);
  });
});

test('who looks is told of each outage, the longest first, and of how many runs wait or just ask', async () => {
  const { one, clock, runs, desk } = await open();
  runs(
    { id: 'a' },
    { id: 'b' },
    { id: 'c', status: 'running' },
    { id: 'd', waitModel: 'x/b' },
    { id: 'e', status: 'failed' },
  );
  await one.noteAway('x/b', { reason: 'It is busy.' });
  await clock.advance(second);
  await one.noteAway(model, { reason });
  expect(desk.list()).toMatchObject([
    { model: 'x/b', since: '2001-09-09T01:46:40.000Z', reason: 'It is busy.', waiting: 1 },
    { model, since: '2001-09-09T01:46:41.000Z', nextAt: '2001-09-09T01:46:44.750Z', reason, waiting: 3 },
  ]);
});
