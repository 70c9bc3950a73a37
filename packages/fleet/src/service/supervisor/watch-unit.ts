/** One service that is kept running: what is seen of it, what is decided, and what is done. One thing at a time. */

import { messageOf } from '@perdure/contract';
import type { ServiceSpec } from '../../core/ports.ts';
import { couldNotStart, newWatch, superviseNext, type Pace, type Sight, type Watch } from '../../core/keep-up.ts';
import { beginLife } from './begin-life.ts';
import { isOver, nextNumber, type Life } from './lives.ts';
import { knownLife } from './lost-life.ts';
import type { Unit, UnitFolder } from './unit-files.ts';

export interface WatchOptions {
  readonly handedOff: (spec: ServiceSpec, pid: number) => Promise<boolean>;
  readonly pace: Pace;
  readonly pollMs: number;
  readonly now: () => number;
  readonly log: (line: string) => void;
  /** Aborted: nobody looks any more. */
  readonly signal: AbortSignal;
}

export interface WatchedUnit {
  /** Looks, and starts it where that is due. Never rejects. */
  look(): Promise<void>;
  /** Starts it now, whatever it did before. Resolves when there is a process. */
  begin(): Promise<void>;
}

export function watchUnit(handle: string, files: UnitFolder, options: WatchOptions): WatchedUnit {
  const { handedOff, pace, pollMs, now, log, signal } = options;
  let watch = takenUp(files, options);
  let turn: Promise<unknown> = Promise.resolve();
  /** The life whose end was asked about, and the answer. */
  let asked = { life: 0, answer: false };

  const keep = (next: Watch): void => {
    if (next === watch) return;
    watch = next;
    const untilWall = next.kind === 'resting' ? now() + next.until - performance.now() : undefined;
    files.writeWatch({ watch: next, untilWall });
  };

  const sightOf = async (unit: Unit): Promise<Sight> => {
    const livesFolder = files.livesOf(unit);
    const life = knownLife(files, unit);
    if (life === undefined) return { kind: 'nothing' };
    if (!isOver(life)) return { kind: 'alive', life: life.number };
    // It was ended by who asked for that.
    if (nextNumber(livesFolder) > life.number + 1) return { kind: 'nothing' };
    const end = life.end ?? { exitCode: undefined };
    if (asked.life !== life.number) asked = { life: life.number, answer: await hasHandedOff(unit, life) };
    return { kind: 'ended', life: life.number, end, handedOff: asked.answer };
  };

  /** Only of a clean end: nobody has to be asked about another. */
  const hasHandedOff = async ({ spec }: Unit, { end, gateway }: Life): Promise<boolean> =>
    end?.exitCode === 0 && gateway !== undefined && (await handedOff(spec, gateway.pid));

  const begin = async (unit: Unit, next: Watch): Promise<void> => {
    try {
      await beginLife(files, unit, { pollMs, log, onEnd: () => void look() });
      keep(next);
    } catch (error) {
      keep(couldNotStart(next, { now: performance.now(), pace }));
      throw error;
    }
  };

  const lookNow = async (): Promise<void> => {
    const unit = signal.aborted ? undefined : files.readUnit();
    if (unit === undefined || unit.wanted === 'down') return;
    const { watch: next, does } = superviseNext(watch, await sightOf(unit), { now: performance.now(), pace });
    if (next !== watch && next.kind === 'given_up') log(gaveUp(handle));
    if (does === 'start') await begin(unit, next);
    else keep(next);
  };

  /** After what is under way. */
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const mine = turn.then(act);
    turn = mine.catch(() => undefined);
    return mine;
  };
  let lastProblem = '';
  const look = (): Promise<void> =>
    inTurn(lookNow).then(
      () => void (lastProblem = ''),
      (error: unknown) => {
        const problem = messageOf(error);
        if (problem !== lastProblem) log(problem);
        lastProblem = problem;
      },
    );

  return {
    look,
    begin: () =>
      inTurn(async () => {
        const unit = files.readUnit();
        if (unit === undefined) return;
        keep(newWatch);
        await begin(unit, newWatch);
      }),
  };
}

/**
 * What another process of ours left. A rest lasts at most as long as rests do: the wall clock may have been set since.
 */
function takenUp(files: UnitFolder, { pace, now }: WatchOptions): Watch {
  const { watch, untilWall } = files.readWatch() ?? { watch: newWatch, untilWall: undefined };
  if (watch.kind === 'up') return { ...watch, seenAt: performance.now() };
  if (watch.kind !== 'resting') return watch;
  const restMs = Math.min(pace.longestRestMs, Math.max(0, (untilWall ?? 0) - now()));
  return { ...watch, until: performance.now() + restMs };
}

const gaveUp = (handle: string): string =>
  `The gateway of ${handle} ended with exit code 78: it cannot run with its settings and is not started again. Its log tells what is wrong; mend that, then start it.`;
