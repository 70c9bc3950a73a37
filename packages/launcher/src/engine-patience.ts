/**
 * When an engine that runs but takes no calls is started again. Pure.
 *
 * W1 An engine that has taken calls is started again when it has taken none for 30 s, one that never has when it took
 *    none for 60 s: it may be replaying its log.
 * W2 Each restart that did not help doubles the time until the next one. A minute of calls taken makes it short again.
 * W3 While the disk is full it is not started again, however long that lasts: it would come up no better, if at all. As
 *    soon as there is room, the time that has passed counts.
 *
 * Surprise: time is counted in probes, which come at a steady pace. A launcher that was frozen, or a machine that
 * slept, has not waited.
 */

/** From the beginning of one probe to that of the next. */
export const probeEveryMs = 5_000;

const patience = { wasWell: 6, neverWell: 12 } as const;
const longestPatience = 120;
const wellAgain = 12;

/** What one probe found of an engine that was up during all of it. */
export interface EngineProbe {
  readonly pid: number;
  readonly takesCalls: boolean;
  readonly hasRoom: boolean;
}

/** What the probes so far have found. */
export interface EngineRecord {
  /** Whose record it is: another process begins anew. */
  readonly pid: number | undefined;
  /** Calls taken in a row, or not taken: one of the two is 0. */
  readonly taken: number;
  readonly refused: number;
  readonly wasWell: boolean;
  /** Restarts that have not helped yet. */
  readonly restarts: number;
}

export const noRecord: EngineRecord = { pid: undefined, taken: 0, refused: 0, wasWell: false, restarts: 0 };

export interface EngineJudgement {
  readonly record: EngineRecord;
  readonly verdict: 'leave' | 'disk full' | 'restart';
  /** For how long it has taken no calls. */
  readonly refusedMs: number;
}

export function judgeEngine(before: EngineRecord, { pid, takesCalls, hasRoom }: EngineProbe): EngineJudgement {
  const life = before.pid === pid ? before : { ...noRecord, pid, restarts: before.restarts };
  if (takesCalls) {
    const taken = life.taken + 1;
    const restarts = taken >= wellAgain ? 0 : life.restarts;
    return { record: { pid, taken, refused: 0, wasWell: true, restarts }, verdict: 'leave', refusedMs: 0 };
  }
  const refused = life.refused + 1;
  const record = { ...life, taken: 0, refused };
  const refusedMs = refused * probeEveryMs;
  if (!hasRoom) return { record, verdict: 'disk full', refusedMs };
  if (refused < patienceWith(life)) return { record, verdict: 'leave', refusedMs };
  return { record: { ...record, refused: 0, restarts: life.restarts + 1 }, verdict: 'restart', refusedMs };
}

/** In probes. */
function patienceWith({ wasWell, restarts }: EngineRecord): number {
  return Math.min(longestPatience, (wasWell ? patience.wasWell : patience.neverWell) * 2 ** restarts);
}
