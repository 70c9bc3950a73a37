import { describe, expect, test } from 'vitest';
import {
  judgeEngine,
  noRecord,
  probeEveryMs,
  type EngineProbe,
  type EngineRecord,
  type EngineJudgement,
} from '../src/engine-patience.ts';

/** An engine that is asked at the product's pace; the clock is the number of probes. */
class Watched {
  record: EngineRecord = noRecord;
  #pid = 1;

  probe(found: Partial<Omit<EngineProbe, 'pid'>> = {}): EngineJudgement {
    const judged = judgeEngine(this.record, { pid: this.#pid, takesCalls: false, hasRoom: true, ...found });
    this.record = judged.record;
    if (judged.verdict === 'restart') this.#pid += 1;
    return judged;
  }

  /** Another process, without our doing. */
  reborn(): void {
    this.#pid += 1;
  }

  well(probes: number): void {
    for (let n = 0; n < probes; n += 1) expect(this.probe({ takesCalls: true }).verdict).toBe('leave');
  }

  /** Seconds of calls not taken until it is started again. */
  secondsToRestart(): number {
    for (let n = 1; n <= 1_000; n += 1) {
      const { verdict, refusedMs } = this.probe();
      if (verdict === 'restart') {
        expect(refusedMs).toBe(n * probeEveryMs);
        return refusedMs / 1_000;
      }
    }
    return Infinity;
  }
}

describe('patience with an engine that takes no calls', () => {
  test('W1: one that was well is started again after 30 s, one that never was after 60 s', () => {
    const [well, young] = [new Watched(), new Watched()];
    well.well(1);
    expect([well.secondsToRestart(), young.secondsToRestart()]).toEqual([30, 60]);
  });

  test('W1: a call that is taken in between begins the count anew', () => {
    const engine = new Watched();
    engine.well(1);
    for (let n = 0; n < 5; n += 1) expect(engine.probe().verdict).toBe('leave');
    engine.well(1);
    expect(engine.secondsToRestart()).toBe(30);
  });

  test('W1: an engine that crashed meanwhile is another one, with 60 s of its own', () => {
    const engine = new Watched();
    engine.well(1);
    for (let n = 0; n < 5; n += 1) engine.probe();
    engine.reborn();
    expect(engine.secondsToRestart()).toBe(60);
  });

  test('W2: restarts that do not help come ever later, at last every ten minutes', () => {
    const engine = new Watched();
    engine.well(1);
    const waits = Array.from({ length: 6 }, () => engine.secondsToRestart());
    expect(waits).toEqual([30, 120, 240, 480, 600, 600]);
  });

  test('W2: after a restart a minute of calls taken makes the patience short again, less does not', () => {
    const [brief, lasting] = [new Watched(), new Watched()];
    for (const [engine, probes] of [
      [brief, 11],
      [lasting, 12],
    ] as const) {
      engine.well(1);
      engine.secondsToRestart();
      engine.well(probes);
    }
    expect([brief.secondsToRestart(), lasting.secondsToRestart()]).toEqual([60, 30]);
  });

  test('W3: nothing is started again while the disk is full, and at the first probe with room at once', () => {
    const engine = new Watched();
    engine.well(1);
    for (let n = 0; n < 500; n += 1) expect(engine.probe({ hasRoom: false }).verdict).toBe('disk full');
    expect(engine.probe().verdict).toBe('restart');
  });

  test('W3: an engine that recovers with the disk is left alone', () => {
    const engine = new Watched();
    engine.well(1);
    for (let n = 0; n < 500; n += 1) engine.probe({ hasRoom: false });
    engine.well(1);
    expect(engine.secondsToRestart()).toBe(30);
  });

  test('a full disk is no reason while calls are taken', () => {
    expect(new Watched().probe({ takesCalls: true, hasRoom: false }).verdict).toBe('leave');
  });
});
