/**
 * How long a run has worked. Between drives nothing counts as work, and within one what a clock tells that nobody sets
 * and that stands still while the machine sleeps: a laptop that was shut for a night has not worked, nor has a run
 * whose machine got the right time meanwhile. The record keeps the time *without* work, so that the rest of the time
 * since the start is work, whichever way the wall clock went.
 */

import type { Clock } from '../record/ports.ts';
import type { LoadedRun } from '../record/record.ts';

export class WorkTime {
  readonly #run: Pick<LoadedRun, 'createdAt' | 'updatedAt' | 'idleMs'>;
  readonly #clock: Clock;
  readonly #begunAt: number;

  /** Of a drive that begins now. */
  constructor(run: Pick<LoadedRun, 'createdAt' | 'updatedAt' | 'idleMs'>, clock: Clock) {
    this.#run = run;
    this.#clock = clock;
    this.#begunAt = clock.elapsed();
  }

  /** Milliseconds of work since the run started, this drive included. */
  get activeMs(): number {
    const { createdAt, updatedAt, idleMs } = this.#run;
    return updatedAt - createdAt - idleMs + this.#inDrive;
  }

  /** The time without work that the record has to hold where its wall clock says `at`. */
  idleMsAt(at: number): number {
    return at - this.#run.createdAt - this.activeMs;
  }

  get #inDrive(): number {
    return Math.max(0, Math.round(this.#clock.elapsed() - this.#begunAt));
  }
}
