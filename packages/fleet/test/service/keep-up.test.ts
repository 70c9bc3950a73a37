import { describe, expect, it } from 'vitest';
import {
  couldNotStart,
  newWatch,
  superviseNext,
  usualPace as pace,
  type LifeEnd,
  type Sight,
  type Watch,
} from '../../src/core/keep-up.ts';

const alive = (life: number): Sight => ({ kind: 'alive', life });
const ended = (life: number, end: LifeEnd = { exitCode: 1 }, handedOff = false): Sight => ({
  kind: 'ended',
  life,
  end,
  handedOff,
});

/** What is seen, at which second; what was done, and when. */
function played(sights: readonly (readonly [atSecond: number, sight: Sight])[], from: Watch = newWatch) {
  let watch = from;
  const starts: number[] = [];
  for (const [second, sight] of sights) {
    const step = superviseNext(watch, sight, { now: second * 1_000, pace });
    watch = step.watch;
    if (step.does === 'start') starts.push(second);
  }
  return { watch, starts };
}

/** Falls again and again, looked at each second. */
function falling(seconds: number, end: LifeEnd = { exitCode: 1 }): readonly number[] {
  let watch: Watch = newWatch;
  let life = 1;
  const starts: number[] = [];
  for (let second = 0; second <= seconds; second += 1) {
    const step = superviseNext(watch, ended(life, end), { now: second * 1_000, pace });
    watch = step.watch;
    if (step.does === 'nothing') continue;
    starts.push(second);
    life += 1;
  }
  return starts;
}

describe('a service that is to run', () => {
  it('is started where nothing of it is there, and left alone while it lives', () => {
    expect(
      played([
        [0, { kind: 'nothing' }],
        [1, alive(1)],
        [2, alive(1)],
      ]).starts,
    ).toEqual([0]);
  });

  it('rests twice as long after each fall, and never longer than a minute', () => {
    const starts = falling(400);
    const rests = starts.map((at, index) => at - (starts[index - 1] ?? 0)).slice(1, 9);
    // One second is the one in which the fall is seen.
    expect(rests).toEqual([3, 5, 9, 17, 33, 61, 61, 61]);
  });

  it('begins with the shortest rest again once it was up for five minutes', () => {
    const fallen = played([
      [0, ended(1)],
      [1, ended(1)],
      [2, ended(2)],
      [4, ended(2)],
      [5, alive(3)],
    ]);
    expect(fallen.watch.falls).toBe(2);
    const steady = played(
      [
        [305, alive(3)],
        [306, ended(3)],
        [307, ended(3)],
      ],
      fallen.watch,
    );
    expect(steady.starts).toEqual([307]);
    const unsteady = played(
      [
        [304, alive(3)],
        [305, ended(3)],
        [306, ended(3)],
      ],
      fallen.watch,
    );
    expect(unsteady.starts).toEqual([]);
  });

  it('is not started again after exit 78, ever', () => {
    expect(falling(100_000, { exitCode: 78 })).toEqual([]);
  });

  it('is started at once where it handed itself off, and that is no fall', () => {
    const { starts, watch } = played([
      [0, alive(1)],
      [5, ended(1, { exitCode: 0 }, true)],
    ]);
    expect(starts).toEqual([5]);
    expect(watch).toMatchObject({ falls: 0, restarts: 1 });
  });

  it('is not counted twice for one end, however often that is seen', () => {
    const { watch } = played([
      [0, alive(1)],
      ...Array.from({ length: 50 }, (_, i) => [1 + i / 100, ended(1)] as const),
    ]);
    expect(watch.falls).toBe(1);
  });

  it('rests where it could not even be started, also where nothing of it was ever there', () => {
    const resting = couldNotStart(newWatch, { now: 0, pace });
    const { starts } = played(
      [
        [0, { kind: 'nothing' }],
        [0.9, { kind: 'nothing' }],
        [1, { kind: 'nothing' }],
      ],
      resting,
    );
    expect(starts).toEqual([1]);
  });

  it('ended by a signal or unseen is started as any other', () => {
    expect(falling(10, { exitCode: undefined, signal: 'SIGKILL' }).length).toBeGreaterThan(1);
    expect(falling(10, { exitCode: undefined }).length).toBeGreaterThan(1);
  });
});
